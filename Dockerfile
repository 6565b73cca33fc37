# liqwatch in a small image, for amd64 and arm64:
#   docker build -t liqwatch .
#   docker buildx build --platform linux/amd64,linux/arm64 -t liqwatch .
# docs/operations.md tells how to run it.

# The build. What it makes is JavaScript and a database snapshot: the same for every platform.
FROM --platform=$BUILDPLATFORM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

# What runs needs these packages only; none of their install scripts.
FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
WORKDIR /app
RUN mkdir /data && chown 1000:1000 /data
COPY package.json LICENSE ./
COPY assets ./assets
COPY config ./config
COPY web ./web
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# In a container only published ports are reachable from outside, so it listens on all addresses.
ENV NODE_ENV=production LIQWATCH_DATA_DIR=/data LIQWATCH_HTTP_HOST=0.0.0.0
# A number, so that orchestrators can see that it is not root. 1000 is `node` in the base image.
USER 1000:1000
VOLUME /data
EXPOSE 8787
# Ready means: this process decides. A standby is alive and not ready, see docs/operations.md.
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.LIQWATCH_HTTP_PORT || 8787) + '/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Without a shell in between SIGTERM reaches the program, which stops in order within 10 s.
ENTRYPOINT ["node", "dist/main.js"]
CMD ["run"]
