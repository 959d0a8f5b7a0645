import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { PenLine } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useAuthors } from "~/api/people";
import { About } from "~/api/queries";
import { classOf, Empty, Failure, Field, Loading, Page, Select } from "~/ui";
import { CompareView } from "./CompareView";
import { type Text, useTrial, useVersions, useWorkflowText, type Version } from "./history";
import { TrialPanel } from "./TrialPanel";
import { useVersionDeeds } from "./useVersionDeeds";
import { VersionList } from "./VersionList";
import css from "./versions.module.css";

const HERE = "/inside/workflows/$workflow/versions";

export function Versions() {
  const { t } = useTranslation();
  const { workflow } = useParams({ from: HERE });
  const read = useWorkflowText(workflow);
  const versions = useVersions(workflow);
  const trial = useTrial(workflow).data;
  const authors = useAuthors();
  const deeds = useVersionDeeds(workflow);
  const [from, to, compare] = useCompared(workflow, versions.data ?? []);
  const name = read.data?.workflow.name ?? "";
  const error = read.error ?? versions.error;
  return (
    <Page
      title={name ? t("versions.titleOf", { name }) : t("versions.title")}
      actions={
        <Link to="/workflows/$workflow" params={{ workflow }} className={classOf()}>
          <PenLine aria-hidden /> {t("versions.toEditor")}
        </Link>
      }
    >
      {error ? <Failure error={error} onRetry={() => void versions.refetch()} /> : null}
      {!error && (read.isPending || versions.isPending) ? <Loading lines={8} /> : null}
      {read.data && trial ? (
        <About value={workflow}>
          <TrialPanel trial={trial} active={read.data.workflow.active_version} deeds={deeds} />
        </About>
      ) : null}
      {versions.data?.length === 0 ? (
        <Empty title={t("versions.none")} text={t("versions.noneText")}>
          <Link to="/workflows/$workflow" params={{ workflow }} className={classOf("primary")}>
            {t("versions.toEditor")}
          </Link>
        </Empty>
      ) : null}
      {read.data && versions.data?.length ? (
        <div className={css.screen}>
          <About value={workflow}>
            <VersionList
              workflow={read.data.workflow}
              versions={versions.data}
              authors={authors}
              from={from}
              to={to}
              deeds={deeds}
              onCompare={compare}
            />
          </About>
          <section className={css.compare} aria-label={t("versions.compare")}>
            <Ends versions={versions.data} from={from} to={to} onCompare={compare} />
            <CompareView workflow={workflow} from={from} to={to} />
          </section>
        </div>
      ) : null}
    </Page>
  );
}

/** Which two are compared stands in the address; else the newest version and the draft. */
function useCompared(
  workflow: string,
  versions: readonly Version[],
): [number, Text, (from: number, to: Text) => void] {
  const search = useSearch({ from: HERE });
  const navigate = useNavigate();
  const known = (value: unknown) => versions.find((one) => one.number === Number(value))?.number;
  const from = known(search.from) ?? versions[0]?.number ?? 0;
  const to = known(search.to) ?? "draft";
  const compare = (before: number, after: Text) =>
    void navigate({
      to: "/workflows/$workflow/versions",
      params: { workflow },
      search: { from: before, to: after },
    });
  return [from, to, compare];
}

interface EndsProps {
  readonly versions: readonly Version[];
  readonly from: number;
  readonly to: Text;
  readonly onCompare: (from: number, to: Text) => void;
}

function Ends({ versions, from, to, onCompare }: EndsProps) {
  const { t } = useTranslation();
  const options = versions.map(({ number, name }) => (
    <option key={number} value={number}>
      {t("versions.number", { number })} {name}
    </option>
  ));
  return (
    <div className={css.ends}>
      <Field label={t("versions.from")}>
        <Select value={from} onChange={(event) => onCompare(Number(event.target.value), to)}>
          {options}
        </Select>
      </Field>
      <Field label={t("versions.to")}>
        <Select
          value={to}
          onChange={({ target: { value } }) =>
            onCompare(from, value === "draft" ? "draft" : Number(value))
          }
        >
          <option value="draft">{t("versions.draft")}</option>
          {options}
        </Select>
      </Field>
    </div>
  );
}
