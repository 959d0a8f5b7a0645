import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Document } from "~/model/document";
import css from "./graph.module.css";
import { cut, type Drawn, pictureOf } from "./picture";

export type Sign = "added" | "removed" | "changed";

const GLYPHS: Readonly<Record<Sign, string>> = { added: "+", removed: "−", changed: "≠" };
const MOST_LETTERS = 24;
const NO_SIGNS: ReadonlyMap<string, Sign> = new Map();

interface Props {
  readonly document: Document;
  /** What the picture is of. */
  readonly label: string;
  /** By node and by edge. */
  readonly signs?: ReadonlyMap<string, Sign>;
  readonly chosen?: string;
  /** Nodes can be pointed at; left out: it is only looked at. */
  readonly onChoose?: (node: string) => void;
  /** Without names: for where nobody could read them. */
  readonly bare?: boolean;
  /** Pixels for each unit; left out: as large as there is room. */
  readonly scale?: number;
}

/** The graph of a workflow, drawn from its layout. */
export function GraphPicture(props: Props) {
  const { document, label, signs = NO_SIGNS, chosen = "", bare = false, onChoose, scale } = props;
  const picture = useMemo(() => pictureOf(document), [document]);
  const { x, y, width, height } = picture.view;
  const size = scale ? { width: width * scale, height: height * scale } : {};
  return (
    <svg
      className={scale ? css.sized : css.fitting}
      viewBox={`${x} ${y} ${width} ${height}`}
      role={onChoose ? "group" : "img"}
      aria-label={label}
      {...size}
    >
      {picture.lines.map((line) => (
        <path
          key={line.id}
          d={line.path}
          className={css.line}
          data-sign={signs.get(line.id)}
          data-back={line.edge.back || undefined}
        />
      ))}
      {picture.nodes.map((node) => (
        <Shape
          key={node.id}
          node={node}
          sign={signs.get(node.id)}
          chosen={node.id === chosen}
          bare={bare}
          onChoose={onChoose}
        />
      ))}
    </svg>
  );
}

interface ShapeProps {
  readonly node: Drawn;
  readonly sign: Sign | undefined;
  readonly chosen: boolean;
  readonly bare: boolean;
  readonly onChoose: ((node: string) => void) | undefined;
}

function Shape({ node, sign, chosen, bare, onChoose }: ShapeProps) {
  const { t } = useTranslation();
  const { box, name, holds, id } = node;
  const said = sign ? `${name}: ${t(`versions.sign_${sign}`)}` : name;
  const acts = onChoose
    ? {
        role: "button",
        tabIndex: 0,
        "aria-label": said,
        "aria-pressed": chosen,
        onClick: () => onChoose(id),
        onKeyDown: (event: React.KeyboardEvent) => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            onChoose(id);
          }
        },
      }
    : {};
  return (
    <g
      className={css.node}
      data-sign={sign}
      data-holds={holds || undefined}
      data-chosen={chosen || undefined}
      data-acts={onChoose ? true : undefined}
      {...acts}
    >
      <title>{said}</title>
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx={10} />
      {bare && !holds ? (
        <>
          <circle cx={box.x + 34} cy={box.y + 32} r={14} className={css.dot} />
          <rect
            className={css.blank}
            x={box.x + 62}
            y={box.y + 24}
            width={Math.min(box.width - 84, name.length * 8)}
            height={16}
            rx={8}
          />
        </>
      ) : (
        <text x={box.x + 16} y={box.y + 38}>
          {cut(name, sign ? MOST_LETTERS - 3 : MOST_LETTERS)}
        </text>
      )}
      {sign ? (
        <text className={css.sign} x={box.x + box.width - 16} y={box.y + 40} textAnchor="end">
          {GLYPHS[sign]}
        </text>
      ) : null}
    </g>
  );
}
