import { Equal, ZoomIn, ZoomOut } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Failure, IconButton, Loading } from "~/ui";
import { ChangeList } from "./ChangeList";
import { compared } from "./compare";
import { GraphPicture } from "./graph/GraphPicture";
import { isDocument } from "./graph/picture";
import { type Text, useComparison } from "./history";
import css from "./versions.module.css";

interface Props {
  readonly workflow: string;
  readonly from: number;
  readonly to: Text;
}

const ZOOM = 1.35;

/** Two texts of a workflow: the graph with marks, and the changes in words. */
export function CompareView({ workflow, from, to }: Props) {
  const { t } = useTranslation();
  const read = useComparison(workflow, from, to);
  const [chosen, setChosen] = useState("");
  const [scale, setScale] = useState<number | undefined>(undefined);
  const found = useMemo(() => {
    const { before, after, changes } = read.data ?? {};
    return before && after && changes && isDocument(before) && isDocument(after)
      ? compared(before, after, changes)
      : null;
  }, [read.data]);
  if (read.isError) {
    return <Failure error={read.error} onRetry={() => void read.refetch()} />;
  }
  if (!found) {
    return <Loading lines={8} />;
  }
  const total = found.nodes.length + found.edges.length + found.others.length + found.moved;
  if (total === 0) {
    return (
      <Empty
        icon={<Equal aria-hidden />}
        title={t("versions.same")}
        text={t("versions.sameText")}
      />
    );
  }
  const counts = (["added", "removed", "changed"] as const).map((sign) =>
    t(`versions.count_${sign}`, { count: found.nodes.filter((one) => one.sign === sign).length }),
  );
  return (
    <div data-state="full">
      <div className={css.bar}>
        <p aria-live="polite">{counts.join(" · ")}</p>
        <IconButton
          label={t("versions.smaller")}
          onClick={() => setScale(Math.max(0.15, (scale ?? 0.6) / ZOOM))}
        >
          <ZoomOut />
        </IconButton>
        <IconButton
          label={t("versions.larger")}
          onClick={() => setScale(Math.min(2, (scale ?? 0.6) * ZOOM))}
        >
          <ZoomIn />
        </IconButton>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by key */}
      <div className={css.picture} tabIndex={0}>
        <GraphPicture
          document={found.both}
          label={t("versions.picture")}
          signs={found.signs}
          chosen={chosen}
          onChoose={setChosen}
          {...(scale ? { scale } : {})}
        />
      </div>
      <ChangeList found={found} chosen={chosen} />
    </div>
  );
}
