import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Coded, Failure, Loading } from "~/ui";
import { CodeEditor } from "./code/CodeEditor";
import fieldCss from "./form/form.module.css";
import css from "./panel.module.css";

const Markdown = lazy(() => import("react-markdown"));

/** What there is to read about a node type, with an example that runs. */
export function DocsTab({ type }: { readonly type: string }) {
  const { t } = useTranslation();
  const [publisher = "", name = ""] = type.split("/");
  const asked = useQuery({
    queryKey: ["node-docs", type],
    queryFn: () => api().showNodeDocs(publisher, name),
    staleTime: 300_000,
  });
  if (asked.error) {
    return <Failure error={asked.error} onRetry={() => void asked.refetch()} />;
  }
  if (!asked.data) {
    return <Loading />;
  }
  const { description, docs, example } = asked.data;
  return (
    <div className={css.docs}>
      <p>
        <Coded text={description} />
      </p>
      <Suspense fallback={<Loading />}>
        <Markdown disallowedElements={["img"]}>{docs}</Markdown>
      </Suspense>
      <p className={fieldCss.hint}>
        <code>{type}</code>
      </p>
      {example ? (
        <>
          <h3>{t("panel.example")}</h3>
          <p className={fieldCss.hint}>{t("panel.exampleText")}</p>
          <CodeEditor
            tall
            readOnly
            language="json"
            label={t("panel.example")}
            value={JSON.stringify(example, null, 2)}
            onChange={() => undefined}
          />
        </>
      ) : null}
    </div>
  );
}
