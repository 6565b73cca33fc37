/**
 * What rows of unknown contracts were made of, as sent, until their contract is listed. A table of
 * its own, because almost every row has its money from the start.
 */

/** In `settings`: how often stored rows have got their money later. */
export const REPRICINGS_KEY = "repricings";

export const UNPRICED = `
create table liqwatch.unpriced (
  dedupe_key text primary key,
  venue text not null,
  symbol text not null,
  price text,
  size text,
  quote_amount text,
  is_inverse boolean
);
comment on table liqwatch.unpriced is 'Rows of liquidations that wait for their contract.';
create index unpriced_symbol on liqwatch.unpriced (venue, symbol);
`;
