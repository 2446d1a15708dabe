/** A trader's attribute objects, made once and frozen: the same object for every measurement of its life. */
export interface TraderLabels {
  readonly id: { readonly trader_id: string };
  readonly named: { readonly trader_id: string; readonly trader_name: string };
}

const MAX_NAME_LENGTH = 120;

export function traderLabels(trader: { readonly id: string; readonly name: string }): TraderLabels {
  const id = Object.freeze({ trader_id: trader.id });
  const trader_name = [...trader.name].slice(0, MAX_NAME_LENGTH).join('');
  return Object.freeze({ id, named: Object.freeze({ trader_id: trader.id, trader_name }) });
}
