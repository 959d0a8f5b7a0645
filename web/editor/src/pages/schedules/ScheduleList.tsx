import { Link } from "@tanstack/react-router";
import { CirclePause, CirclePlay, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge, Button, Table, When } from "~/ui";
import css from "./schedules.module.css";
import type { Schedule } from "./timetable";
import { useRuleText } from "./useRuleText";

interface Props {
  readonly schedules: readonly Schedule[];
  readonly names: ReadonlyMap<string, string>;
  readonly onOpen: (id: string) => void;
}

/** All schedules, the next one first. */
export function ScheduleList({ schedules, names, onOpen }: Props) {
  const { t } = useTranslation();
  const ruleText = useRuleText();
  return (
    <div className={css.listed}>
      <Table className={css.table} data-state="full">
        <thead>
          <tr>
            <th scope="col">{t("schedules.workflow")}</th>
            <th scope="col">{t("schedules.rule")}</th>
            <th scope="col">{t("schedules.zone")}</th>
            <th scope="col">{t("schedules.next")}</th>
            <th scope="col">{t("schedules.state")}</th>
            <th scope="col">
              <span className="visually-hidden">{t("common.more")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {schedules.map((one) => (
            <tr key={one.id}>
              <td>
                <Link to="/workflows/$workflow" params={{ workflow: one.workflow_id }}>
                  {names.get(one.workflow_id) ?? one.workflow_id}
                </Link>
              </td>
              <td>{one.kind === "poll" ? t("schedules.polls") : ruleText(one.rule)}</td>
              <td>{one.rule.timezone ?? "UTC"}</td>
              <td>
                {one.next.length ? (
                  <ol className={css.nexts}>
                    {one.next.map((moment, index) => (
                      <li key={moment} className={index ? css.quiet : undefined}>
                        <When ms={moment} ago={index === 0} />
                      </li>
                    ))}
                  </ol>
                ) : (
                  <span className={css.quiet}>{t("schedules.noNext")}</span>
                )}
              </td>
              <td>
                <StateOf schedule={one} />
              </td>
              <td>
                <Button
                  aria-label={t("schedules.openOf", {
                    name: names.get(one.workflow_id) ?? one.workflow_id,
                  })}
                  onClick={() => onOpen(one.id)}
                >
                  {t("common.open")}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

export function StateOf({ schedule }: { readonly schedule: Schedule }) {
  const { t } = useTranslation();
  if (schedule.paused) {
    return (
      <Badge tone="wait">
        <CirclePause aria-hidden /> {t("schedules.paused")}
      </Badge>
    );
  }
  if (schedule.failures > 0) {
    return (
      <Badge tone="bad">
        <TriangleAlert aria-hidden /> {t("schedules.failing", { count: schedule.failures })}
      </Badge>
    );
  }
  return (
    <Badge tone="good">
      <CirclePlay aria-hidden /> {t("schedules.on")}
    </Badge>
  );
}
