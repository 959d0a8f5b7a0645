import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useGrant, useNodeTypes } from "~/api/queries";
import { type Document, type Node, nodesOf, placeOf } from "~/model/document";
import { GraphPicture } from "~/pages/versions/graph/GraphPicture";
import { isDocument } from "~/pages/versions/graph/picture";
import { Button, Dialog, Failure, Loading } from "~/ui";
import css from "./templates.module.css";
import { useTemplate } from "./useTemplates";
import { useUseTemplate } from "./useUseTemplate";

const Markdown = lazy(() => import("react-markdown"));

interface Props {
  readonly template: models.TemplateShown;
  readonly onClose: () => void;
}

/** From left to right, as the items pass them. */
function inOrder(document: Document | null): readonly Node[] {
  if (!document) {
    return [];
  }
  const left = (node: Node) => placeOf(document, node.id)[0];
  return nodesOf(document).toSorted((one, other) => left(one) - left(other));
}

/** What a template does and what it is made of, before somebody uses it. */
export function TemplatePreview({ template, onClose }: Props) {
  const { t } = useTranslation();
  const read = useTemplate(template.id);
  const types = useNodeTypes();
  const { begin, busy } = useUseTemplate();
  const mayUse = useGrant("workflow:write");
  const document = read.data && isDocument(read.data.document) ? read.data.document : null;
  const nodes = useMemo(() => inOrder(document), [document]);
  const foot = (
    <>
      <Button onClick={onClose}>{t("common.close")}</Button>
      {mayUse ? (
        <Button look="primary" busy={busy} onClick={() => begin(template.id)}>
          {t("workflows.templateUse")}
        </Button>
      ) : null}
    </>
  );
  return (
    <Dialog
      open
      wide
      title={template.name}
      text={template.description}
      onClose={onClose}
      foot={foot}
    >
      {read.isPending ? <Loading lines={6} /> : null}
      {read.isError ? <Failure error={read.error} /> : null}
      {document ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key
        <section className={css.preview} aria-label={template.name} tabIndex={0}>
          <div className={css.previewPicture}>
            <GraphPicture document={document} label={template.name} />
          </div>
          <div>
            <h3 className={css.small}>{t("workflows.templateNodes", { count: nodes.length })}</h3>
            <ul className={css.nodeList}>
              {nodes.map((node) => (
                <li key={node.id}>
                  {node.name} <span className={css.quiet}>{types.get(node.type)?.title}</span>
                </li>
              ))}
            </ul>
          </div>
          {read.data?.readme ? (
            <div className={css.readme}>
              <Suspense fallback={<Loading lines={3} />}>
                <Markdown>{read.data.readme}</Markdown>
              </Suspense>
            </div>
          ) : null}
        </section>
      ) : null}
    </Dialog>
  );
}
