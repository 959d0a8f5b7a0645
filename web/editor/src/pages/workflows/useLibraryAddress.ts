import { useNavigate, useSearch } from "@tanstack/react-router";
import { EVERYTHING, ORDERS, type Order, type State, type Wanted } from "./shown";

const STATES: readonly State[] = ["all", "active", "inactive", "archived"];

/** What is looked for stands in the address: it can be sent to others, and Back goes back. */
export function useLibraryAddress(): [Wanted, (some: Partial<Wanted>) => void] {
  const search = useSearch({ from: "/inside/workflows" });
  const navigate = useNavigate();
  const text = (name: string) => {
    const value = search[name];
    return typeof value === "string" || typeof value === "number" ? String(value) : "";
  };
  const wanted: Wanted = {
    search: text("search"),
    folder: text("folder"),
    tag: text("tag"),
    state: STATES.find((one) => one === text("state")) ?? "all",
    order: ORDERS.find((one): one is Order => one === text("order")) ?? "name",
  };
  const change = (some: Partial<Wanted>) => {
    const next = Object.entries({ ...wanted, ...some }).filter(
      ([name, value]) => value && EVERYTHING[name as keyof Wanted] !== value,
    );
    // Each letter of a search would be a step back.
    const replace = "search" in some;
    void navigate({ to: "/workflows", search: Object.fromEntries(next), replace });
  };
  return [wanted, change];
}
