import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Document } from "~/model/document";
import { Loading, Tabs } from "~/ui";
import type { Step } from "../step";
import { StepTree } from "./StepTree";
import { useTree } from "./useTree";

const LogLines = lazy(async () => ({ default: (await import("./LogLines")).LogLines }));
const TimelineView = lazy(async () => ({
  default: (await import("./TimelineView")).TimelineView,
}));

interface Props {
  readonly document: Document;
  readonly chosen: Step | null;
  readonly onChoose: (step: Step) => void;
  /** What else there is to look at. */
  readonly more?: readonly {
    readonly id: string;
    readonly title: string;
    readonly body: () => ReactNode;
  }[];
}

/** The steps of a run: as a tree, on a line of time, and what they wrote down. */
export function RunViews({ document, chosen, onChoose, more = [] }: Props) {
  const { t } = useTranslation();
  const [view, setView] = useState("steps");
  const tree = useTree(document);
  const steps = () => (
    <StepTree
      label={t("running.steps")}
      document={document}
      tree={tree}
      chosen={chosen}
      onChoose={onChoose}
    />
  );
  const timeline = () => (
    <Suspense fallback={<Loading />}>
      <TimelineView document={document} chosen={chosen} onChoose={onChoose} />
    </Suspense>
  );
  const lines = () => (
    <Suspense fallback={<Loading />}>
      <LogLines document={document} />
    </Suspense>
  );
  return (
    <Tabs
      label={t("running.views")}
      chosen={view}
      onChoose={setView}
      tabs={[
        { id: "steps", title: t("running.view.steps"), body: steps },
        { id: "timeline", title: t("running.view.timeline"), body: timeline },
        { id: "lines", title: t("running.view.lines"), body: lines },
        ...more,
      ]}
    />
  );
}
