import { ChevronLeft, ChevronRight, FlaskConical, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGrant, useNodeTypes } from "~/api/queries";
import { NodeIcon } from "~/canvas/icons/NodeIcon";
import { useDocument, useEditing } from "~/editing/store";
import { keysOf } from "~/keys/keys";
import { findNode, type Node } from "~/model/document";
import { neighbours } from "~/model/graph";
import { useRunOf } from "~/running";
import { Button, IconButton, Menu } from "~/ui";
import { NodeName } from "./NodeName";
import css from "./panel.module.css";
import { useTestStep } from "./testing";

interface Props {
  readonly node: Node;
  readonly onClose: () => void;
  readonly onTest: () => void;
}

/** Which node it is, the way to those beside it, and the button that runs it. */
export function PanelHead({ node, onClose, onTest }: Props) {
  const { t } = useTranslation();
  const testStep = useTestStep();
  const canRun = useGrant("workflow:run");
  const type = useNodeTypes().get(node.type);
  const run = useRunOf(node.id);
  const busy = run?.status === "started" && run.finishedMs === 0;
  return (
    <header className={css.panelHead}>
      <Beside node={node} side="before" />
      <Beside node={node} side="behind" />
      <span className={css.panelTitle}>
        <NodeIcon name={type?.icon ?? ""} />
        <NodeName key={node.id} node={node} />
        <span className={css.panelType}>{type?.title ?? node.type}</span>
      </span>
      {canRun ? (
        <Button
          look="primary"
          busy={busy}
          onClick={() => {
            onTest();
            void testStep(node.id);
          }}
        >
          <FlaskConical aria-hidden /> {t("panel.testStep")}
        </Button>
      ) : null}
      <IconButton label={t("panel.close")} keys={keysOf("panel.close")} onClick={onClose}>
        <X aria-hidden />
      </IconButton>
    </header>
  );
}

interface BesideProps {
  readonly node: Node;
  readonly side: "before" | "behind";
}

/** To the node that leads here, or the one that this leads to. */
function Beside({ node, side }: BesideProps) {
  const { t } = useTranslation();
  const document = useDocument();
  const openNode = useEditing((state) => state.openNode);
  const select = useEditing((state) => state.select);
  const [next, ...others] = neighbours(document, node.id, side);
  const nameOf = (id: string) => findNode(document, id)?.name ?? "";
  const go = (id: string) => {
    select([id]);
    openNode(id);
  };
  const word = t(side === "before" ? "panel.nodeBefore" : "panel.nodeBehind");
  const icon = side === "before" ? <ChevronLeft aria-hidden /> : <ChevronRight aria-hidden />;
  if (next && others.length > 0) {
    const entries = [next, ...others].map((id) => ({ text: nameOf(id), act: () => go(id) }));
    return (
      <Menu align="start" entries={entries}>
        <Button look="quiet" aria-label={word} title={word}>
          {icon}
        </Button>
      </Menu>
    );
  }
  return (
    <IconButton
      label={next ? `${word}: ${nameOf(next)}` : word}
      disabled={!next}
      onClick={() => next && go(next)}
    >
      {icon}
    </IconButton>
  );
}
