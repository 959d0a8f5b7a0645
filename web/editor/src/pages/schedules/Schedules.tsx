import { useNavigate, useSearch } from "@tanstack/react-router";
import { CalendarClock } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkflowNames } from "~/api/workflows";
import { Empty, Failure, Loading, Page, Tabs } from "~/ui";
import { Calendar } from "./Calendar";
import { readDay, VIEWS, type View, written } from "./calendar";
import { ScheduleDialog } from "./ScheduleDialog";
import { ScheduleList } from "./ScheduleList";
import { useSchedules } from "./timetable";

const LIST = "list";

export function Schedules() {
  const { t } = useTranslation();
  const read = useSchedules();
  const names = useWorkflowNames();
  const search = useSearch({ from: "/inside/schedules" });
  const navigate = useNavigate();
  const [opened, setOpened] = useState("");
  const narrow = window.matchMedia("(max-width: 640px)").matches;
  const view = VIEWS.find((one) => one === search.view) ?? (search.view === LIST ? LIST : null);
  const chosen = view ?? (narrow ? "agenda" : "month");
  const [first] = useState(() => Date.now());
  const at = readDay(search.at) ?? first;
  const schedules = read.data ?? [];
  const go = (to: View | typeof LIST, day?: number) =>
    void navigate({
      to: "/schedules",
      search: { view: to, ...(day === undefined ? {} : { at: written(day) }) },
    });
  const nameOf = (id: string) => {
    const workflow = schedules.find((one) => one.id === id)?.workflow_id ?? "";
    return names.get(workflow) ?? workflow;
  };
  const body = () =>
    chosen === LIST ? (
      <ScheduleList schedules={schedules} names={names} onOpen={setOpened} />
    ) : (
      <Calendar
        view={chosen}
        at={at}
        schedules={schedules}
        names={names}
        onMove={(day) => go(chosen, day)}
        onOpen={setOpened}
      />
    );
  return (
    <Page title={t("schedules.title")} text={t("schedules.text")}>
      {read.isPending ? <Loading lines={8} /> : null}
      {read.isError ? <Failure error={read.error} onRetry={() => void read.refetch()} /> : null}
      {read.isSuccess && schedules.length === 0 ? (
        <Empty
          icon={<CalendarClock aria-hidden />}
          title={t("schedules.none")}
          text={t("schedules.noneText")}
        />
      ) : null}
      {schedules.length ? (
        <Tabs
          label={t("schedules.views")}
          chosen={chosen}
          onChoose={(id) => go([...VIEWS].find((one) => one === id) ?? LIST)}
          tabs={[...VIEWS, LIST].map((id) => ({ id, title: t(`schedules.view_${id}`), body }))}
        />
      ) : null}
      {opened ? (
        <ScheduleDialog id={opened} name={nameOf(opened)} onClose={() => setOpened("")} />
      ) : null}
    </Page>
  );
}
