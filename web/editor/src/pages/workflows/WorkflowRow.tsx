import { Link } from "@tanstack/react-router";
import { EllipsisVertical, FlaskConical, Folder, Lock, Power, PowerOff } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Workflow } from "~/api/workflows";
import { Badge, type Entry, IconButton, Menu, When } from "~/ui";
import { carry } from "./dragging";
import { LastRun } from "./LastRun";
import css from "./workflows.module.css";

interface Props {
  readonly workflow: Workflow;
  /** Names of the folders that it lies in; empty: it needs not be said. */
  readonly place: string;
  readonly chosen: boolean;
  readonly mayChange: boolean;
  readonly onChoose: (id: string, chosen: boolean) => void;
  readonly onTag: (tag: string) => void;
  readonly entries: (one: Workflow) => readonly (Entry | null)[];
  /** What goes along when it is dragged. */
  readonly carried: (id: string) => readonly string[];
}

/** A workflow of the list: a line, and a card on a phone. */
export const WorkflowRow = memo(function WorkflowRow(props: Props) {
  const { workflow, place, chosen, mayChange, onChoose, onTag, entries, carried } = props;
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is a way of the mouse alone; the menu does the same
    <div
      className={css.row}
      data-chosen={chosen || undefined}
      draggable={mayChange}
      onDragStart={(event) => carry(event, carried(workflow.id))}
    >
      <input
        type="checkbox"
        className={css.tick}
        checked={chosen}
        aria-label={t("workflows.choose", { name: workflow.name })}
        onChange={(event) => onChoose(workflow.id, event.target.checked)}
      />
      <div className={css.what}>
        <Link
          to="/workflows/$workflow"
          params={{ workflow: workflow.id }}
          className={css.name}
          title={workflow.name}
          draggable={false}
        >
          {workflow.name}
        </Link>
        <div className={css.about}>
          <span className={css.when}>
            {t("workflows.changed")} <When ms={workflow.updated_ms} ago />
          </span>
          {place ? (
            <span className={css.where}>
              <Folder aria-hidden /> {place}
            </span>
          ) : null}
          {workflow.tags.map((tag) => (
            <button key={tag} type="button" className={css.tag} onClick={() => onTag(tag)}>
              {tag}
            </button>
          ))}
          {workflow.description ? <span className={css.note}>{workflow.description}</span> : null}
        </div>
      </div>
      <div className={css.state}>
        <StateOf workflow={workflow} />
      </div>
      <div className={css.last}>
        <LastRun workflow={workflow.id} />
      </div>
      <Menu entries={entries(workflow)}>
        <IconButton label={t("workflows.menu", { name: workflow.name })}>
          <EllipsisVertical />
        </IconButton>
      </Menu>
    </div>
  );
});

function StateOf({ workflow }: { readonly workflow: Workflow }) {
  const { t } = useTranslation();
  const { active_version, archived_ms, canary_version, locked_by, locked_until_ms } = workflow;
  if (archived_ms !== null) {
    return <Badge>{t("workflows.isArchived")}</Badge>;
  }
  return (
    <>
      {active_version === null ? (
        <Badge>
          <PowerOff aria-hidden /> {t("workflows.isInactive")}
        </Badge>
      ) : (
        <Badge tone="good">
          <Power aria-hidden /> {t("workflows.isActive", { version: active_version })}
        </Badge>
      )}
      {canary_version === null ? null : (
        <Badge tone="info">
          <FlaskConical aria-hidden /> {t("workflows.onTrial", { version: canary_version })}
        </Badge>
      )}
      {locked_by && locked_until_ms > Date.now() ? (
        <Badge tone="warn">
          <Lock aria-hidden /> {t("workflows.locked")}
        </Badge>
      ) : null}
    </>
  );
}
