import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import type { Step } from "~/running/step";
import { Failure, Loading } from "~/ui";
import { type Change, changesOf, firstDiffering, type Pair } from "./compare";
import css from "./executions.module.css";

interface Props {
  readonly a: string;
  readonly b: string;
  readonly pair: Pair;
}

/** As many items as are compared; the first that differs is nearly always among them. */
const MOST = 200;

interface Found {
  readonly port: string;
  readonly index: number;
  readonly changes: readonly Change[];
}

/** The first item of a step that differs, and where it does. */
export function ComparedItems({ a, b, pair }: Props) {
  const { t } = useTranslation();
  const read = useQuery({
    queryKey: ["compared", a, b, pair.key],
    queryFn: () => difference(a, b, pair),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (read.isPending) {
    return <Loading lines={2} />;
  }
  if (read.isError) {
    return <Failure error={read.error} onRetry={() => void read.refetch()} />;
  }
  const found = read.data;
  return (
    <div className={css.difference}>
      <Errors pair={pair} />
      {found === null ? (
        <p>{t("executions.sameItems", { count: MOST })}</p>
      ) : (
        <>
          <p>{t("executions.firstDiffering", { number: found.index + 1, port: found.port })}</p>
          <table className={css.changes}>
            <thead>
              <tr>
                <th scope="col">{t("executions.path")}</th>
                <th scope="col">A</th>
                <th scope="col">B</th>
              </tr>
            </thead>
            <tbody>
              {found.changes.map((change) => (
                <tr key={change.path} data-kind={change.kind}>
                  <th scope="row">
                    <code>{change.path || t("executions.wholeItem")}</code>
                  </th>
                  <td className={css.before}>{shortText(change.before)}</td>
                  <td className={css.after}>{shortText(change.after)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </div>
  );
}

function Errors({ pair }: { readonly pair: Pair }) {
  const { a, b } = pair;
  if (!a?.error && !b?.error) {
    return null;
  }
  return (
    <p className={css.message}>
      {[a?.error && `A: ${a.error.message}`, b?.error && `B: ${b.error.message}`]
        .filter(Boolean)
        .join(" · ")}
    </p>
  );
}

function shortText(value: unknown): string {
  const text = value === undefined ? "–" : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

async function difference(a: string, b: string, pair: Pair): Promise<Found | null> {
  const ports = new Set([
    ...Object.keys(pair.a?.counts ?? {}),
    ...Object.keys(pair.b?.counts ?? {}),
  ]);
  for (const port of ports) {
    const [one, other] = await Promise.all([itemsOf(a, pair.a, port), itemsOf(b, pair.b, port)]);
    const index = firstDiffering(one, other);
    if (index >= 0) {
      return { port, index, changes: changesOf(one[index], other[index]) };
    }
  }
  return null;
}

async function itemsOf(
  execution: string,
  step: Step | null,
  port: string,
): Promise<readonly unknown[]> {
  if (!step?.counts?.[port]) {
    return [];
  }
  const wanted = { port, limit: MOST };
  const part = await api().listItems(execution, step.nodeId, step.runIndex, wanted);
  return part.items;
}
