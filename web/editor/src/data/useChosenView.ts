import { create } from "zustand";
import type { Item } from "~/model/document";
import { VIEWS, type View } from "./views";

const CHOSEN = "penstock.view";

const useView = create<{ readonly view: View }>()(() => {
  const stored = localStorage.getItem(CHOSEN);
  return { view: VIEWS.find((one) => one === stored) ?? "schema" };
});

/** The view that somebody likes, everywhere; items that are nothing but files are shown as these. */
export function useChosenView(
  items: readonly (Item | null)[],
): readonly [View, (view: View) => void] {
  const view = useView((state) => state.view);
  const onlyFiles =
    items.length > 0 && items.every((item) => item?.binary && Object.keys(item.json).length === 0);
  const choose = (chosen: View) => {
    localStorage.setItem(CHOSEN, chosen);
    useView.setState({ view: chosen });
  };
  return [view === "schema" && onlyFiles ? "binary" : view, choose];
}
