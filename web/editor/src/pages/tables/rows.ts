/** What the screens of tables read. */

import type { Page } from "@penstock/client";
import { type InfiniteData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, type models } from "~/api/client";
import { cache } from "~/api/queries";
import { whole } from "~/api/whole";

export type DataTable = models.DataTable;
export type Row = models.TableRow;

const AT_ONCE = 200;
const KEY = "tables";

export function useTables() {
  return useQuery({
    queryKey: [KEY],
    queryFn: (): Promise<readonly DataTable[]> => whole(api().listTables()),
  });
}

export function useTable(id: string) {
  return useQuery({ queryKey: [KEY, id, "about"], queryFn: () => api().showTable(id) });
}

/** Rows page by page, as far as somebody scrolled. */
export function useRows(table: string, filter: readonly string[], sort: string) {
  return useInfiniteQuery({
    queryKey: [KEY, table, "rows", filter, sort],
    queryFn: async ({ pageParam: cursor }): Promise<Page<Row>> =>
      await api().listRows(table, { filter, sort, cursor, limit: AT_ONCE }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}

type Rows = InfiniteData<Page<Row>, string>;

/** Show a changed row at once, without reading the others again. */
export function replaceRow(table: string, row: Row): void {
  cache.setQueriesData<Rows>({ queryKey: [KEY, table, "rows"] }, (all) =>
    all
      ? {
          ...all,
          pages: all.pages.map((page) => ({
            ...page,
            items: page.items.map((one) => (one.id === row.id ? row : one)),
          })),
        }
      : all,
  );
}

export function refreshTable(table: string): Promise<void> {
  return cache.invalidateQueries({ queryKey: [KEY, table] });
}

export function refreshTables(): Promise<void> {
  return cache.invalidateQueries({ queryKey: [KEY], exact: true });
}
