import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  Clock,
  History,
  LoaderCircle,
  type LucideIcon,
  SkipForward,
  Skull,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, type Tone } from "~/ui";
import css from "./running.module.css";

const SHOWN: Readonly<Record<string, readonly [Tone, LucideIcon]>> = {
  queued: ["plain", CircleDashed],
  running: ["info", LoaderCircle],
  waiting: ["wait", Clock],
  success: ["good", CircleCheck],
  error: ["bad", CircleX],
  canceled: ["plain", Ban],
  dead: ["bad", Skull],
  started: ["info", LoaderCircle],
  ok: ["good", CircleCheck],
  cached: ["good", History],
  skipped: ["plain", SkipForward],
  in_doubt: ["warn", CircleHelp],
};
const TURNING: ReadonlySet<string> = new Set(["running", "started"]);

interface Props {
  /** Of an execution or a step. */
  readonly status: string;
  readonly waitingFor?: string | null | undefined;
  /** The icon alone, with its name for those who do not see it. */
  readonly small?: boolean;
}

/** How an execution or a step stands: by icon, word and colour. */
export function StatusBadge({ status, waitingFor, small = false }: Props) {
  const { t } = useTranslation();
  const [tone, Icon] = SHOWN[status] ?? ["plain", CircleDashed];
  const word = waitingFor
    ? t(`running.waitingFor.${waitingFor}`, { defaultValue: waitingFor })
    : t(`running.status.${status}`, { defaultValue: status });
  const icon = <Icon aria-hidden {...(TURNING.has(status) ? { className: css.turning } : {})} />;
  if (small) {
    return (
      <span className={`${css.mark} ${css[tone]}`} title={word}>
        {icon}
        <span className="visually-hidden">{word}</span>
      </span>
    );
  }
  return (
    <Badge tone={tone}>
      {icon}
      {word}
    </Badge>
  );
}
