import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { type Document, EMPTY } from "~/model/document";
import { readSteps } from "~/running/journal";
import { Button, Check, Empty, Failure, Loading, Page } from "~/ui";
import { ChooseExecution } from "./ChooseExecution";
import { ComparedSteps } from "./ComparedSteps";
import { pairsOf } from "./compare";
import css from "./executions.module.css";

/** Two executions, step by step. */
export function Compare() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const a = typeof search.a === "string" ? search.a : "";
  const b = typeof search.b === "string" ? search.b : "";
  const go = (next: { a: string; b: string }) =>
    void navigate({ to: "/executions/compare", search: next, replace: true });
  const swap = (
    <Button disabled={!a || !b} onClick={() => go({ a: b, b: a })}>
      <ArrowLeftRight aria-hidden />
      {t("executions.swap")}
    </Button>
  );
  return (
    <Page title={t("executions.compareTitle")} text={t("executions.compareText")} actions={swap}>
      <div className={css.pair}>
        <ChooseExecution name="A" chosen={a} like={b} onChoose={(id) => go({ a: id, b })} />
        <ChooseExecution name="B" chosen={b} like={a} onChoose={(id) => go({ a, b: id })} />
      </div>
      {a && b ? (
        <Both key={`${a}/${b}`} a={a} b={b} />
      ) : (
        <Empty title={t("executions.chooseTwo")} />
      )}
    </Page>
  );
}

function Both({ a, b }: { readonly a: string; readonly b: string }) {
  const { t } = useTranslation();
  const [only, setOnly] = useState(false);
  const read = useQuery({
    queryKey: ["compared", a, b],
    queryFn: async () => {
      const [first, second, document] = await Promise.all([
        readSteps(a),
        readSteps(b),
        api().showExecutionDocument(b),
      ]);
      return { pairs: pairsOf(first, second), document: document as unknown as Document };
    },
  });
  if (read.isPending) {
    return <Loading lines={8} />;
  }
  if (read.isError) {
    return <Failure error={read.error} onRetry={() => void read.refetch()} />;
  }
  const { pairs, document } = read.data;
  const differing = pairs.filter((one) => one.differs.length > 0);
  return (
    <>
      <div className={css.head}>
        <p role="status">
          {differing.length === 0
            ? t("executions.noDifference", { count: pairs.length })
            : t("executions.differences", { count: differing.length, total: pairs.length })}
        </p>
        <Check
          label={t("executions.onlyDifferences")}
          checked={only}
          onChange={({ target }) => setOnly(target.checked)}
        />
      </div>
      <ComparedSteps a={a} b={b} pairs={only ? differing : pairs} document={document ?? EMPTY} />
    </>
  );
}
