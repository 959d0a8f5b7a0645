import {
  FilePen,
  FlaskConical,
  GitCompare,
  Pencil,
  Power,
  PowerOff,
  RotateCcw,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { models } from "~/api/client";
import { useGrant } from "~/api/queries";
import { NameDialog } from "~/pages/workflows/NameDialog";
import { Badge, type Entry, When } from "~/ui";
import type { Text, Version } from "./history";
import { TrialDialog } from "./TrialDialog";
import type { VersionDeeds } from "./useVersionDeeds";
import { VersionRow } from "./VersionRow";
import css from "./versions.module.css";

interface Props {
  readonly workflow: models.StoredWorkflow;
  readonly versions: readonly Version[];
  readonly authors: ReadonlyMap<string, string>;
  readonly from: number;
  readonly to: Text;
  readonly deeds: VersionDeeds;
  readonly onCompare: (from: number, to: Text) => void;
}

type Asking = { readonly kind: "name" | "trial"; readonly version: Version } | null;

/** All versions, the newest first, above them the draft. */
export function VersionList({ workflow, versions, authors, from, to, deeds, onCompare }: Props) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Asking>(null);
  const mayPublish = useGrant("workflow:publish");
  const mayWrite = useGrant("workflow:write");
  const { active_version: active, canary_version: canary, revision } = workflow;

  const entriesOf = (one: Version): readonly (Entry | null)[] => {
    const isActive = one.number === active;
    const looking: (Entry | null)[] = [
      {
        text: t("versions.toDraft"),
        icon: <GitCompare />,
        act: () => onCompare(one.number, "draft"),
      },
      ...versions
        .filter((other) => other.number === one.number - 1)
        .map((other) => ({
          text: t("versions.toBefore"),
          icon: <GitCompare />,
          act: () => onCompare(other.number, one.number),
        })),
      ...(active === null || isActive
        ? []
        : [
            {
              text: t("versions.toActive"),
              icon: <GitCompare />,
              act: () => onCompare(Math.min(one.number, active), Math.max(one.number, active)),
            },
          ]),
    ];
    const writing: Entry = {
      text: t("versions.restoreDots"),
      icon: <RotateCcw />,
      act: () => void deeds.restore(one.number, revision),
    };
    const publishing: (Entry | null)[] = [
      {
        text: t("versions.name"),
        icon: <Pencil />,
        act: () => setAsking({ kind: "name", version: one }),
      },
      null,
      isActive
        ? {
            text: t("versions.deactivateDots"),
            icon: <PowerOff />,
            act: () => void deeds.deactivate(),
          }
        : {
            text: t(
              active !== null && one.number < active
                ? "versions.backDots"
                : "versions.activateDots",
            ),
            icon: <Power />,
            act: () => void deeds.activate(one.number, active),
          },
      ...(active === null || isActive
        ? []
        : [
            {
              text: t("versions.trialDots"),
              icon: <FlaskConical />,
              act: () => setAsking({ kind: "trial", version: one }),
            },
          ]),
    ];
    return [...looking, null, ...(mayWrite ? [writing] : []), ...(mayPublish ? publishing : [])];
  };

  /** Two that are pressed one after the other are compared. */
  const choose = (number: number) =>
    from > 0 && to === "draft" && number !== from
      ? onCompare(Math.min(from, number), Math.max(from, number))
      : onCompare(number, "draft");

  return (
    <>
      <ol className={css.versions} aria-label={t("versions.history")}>
        <li className={css.version} data-chosen={to === "draft" || undefined}>
          <div className={css.face}>
            <span className={css.head}>
              <strong>
                <FilePen size={15} aria-hidden /> {t("versions.draft")}
              </strong>
              {to === "draft" ? <Badge>{t("versions.isTo")}</Badge> : null}
            </span>
            <span className={css.quiet}>
              <When ms={workflow.updated_ms} ago />
            </span>
          </div>
        </li>
        {versions.map((one) => (
          <VersionRow
            key={one.number}
            version={one}
            active={one.number === active}
            onTrial={one.number === canary}
            from={one.number === from}
            to={one.number === to}
            author={authors.get(one.author) ?? ""}
            entries={entriesOf(one)}
            onChoose={() => choose(one.number)}
          />
        ))}
      </ol>
      {asking?.kind === "name" ? (
        <NameDialog
          title={t("versions.nameTitle", { number: asking.version.number })}
          label={t("common.name")}
          deed={t("common.save")}
          value={asking.version.name}
          longest={120}
          onSave={(name) => deeds.name(asking.version.number, name)}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {asking?.kind === "trial" ? (
        <TrialDialog
          version={asking.version.number}
          percent={10}
          deeds={deeds}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </>
  );
}
