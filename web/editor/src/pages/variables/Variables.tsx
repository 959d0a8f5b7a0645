import { useQuery } from "@tanstack/react-query";
import { Variable as Icon, Pencil, Plus, Trash2, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache, useGrant } from "~/api/queries";
import { whole } from "~/api/whole";
import {
  Badge,
  Button,
  Copy,
  confirm,
  Empty,
  Failure,
  IconButton,
  Input,
  Loading,
  Page,
  Table,
  tell,
  tellFailure,
  When,
} from "~/ui";
import { kindOf, looksSecret, typed } from "./kinds";
import { VariableDialog } from "./VariableDialog";
import css from "./variables.module.css";

type Variable = models.Variable;

export function Variables() {
  const { t } = useTranslation();
  const read = useQuery({
    queryKey: ["variables"],
    queryFn: () => whole(api().listVariables()),
  });
  const mayChange = useGrant("variable:write");
  const mayRemove = useGrant("variable:delete");
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<Variable | "new" | null>(null);
  const all = read.data ?? [];
  const shown = all.filter((one) =>
    `${one.name}\n${one.description}`.toLowerCase().includes(search.toLowerCase()),
  );
  const remove = async (one: Variable) => {
    const yes = await confirm({
      title: t("variables.removeTitle", { name: one.name }),
      text: t("variables.removeText"),
      deed: t("common.delete"),
      danger: true,
    });
    if (yes) {
      await api()
        .removeVariable(one.name)
        .then(() => tell(t("variables.removed", { name: one.name })), tellFailure);
      await cache.invalidateQueries({ queryKey: ["variables"] });
    }
  };
  const add = mayChange ? (
    <Button look="primary" onClick={() => setOpen("new")}>
      <Plus aria-hidden /> {t("variables.new")}
    </Button>
  ) : null;
  return (
    <Page title={t("variables.title")} text={t("variables.text")} actions={add}>
      {read.isPending ? <Loading lines={6} /> : null}
      {read.isError ? <Failure error={read.error} onRetry={() => void read.refetch()} /> : null}
      {read.isSuccess && all.length === 0 ? (
        <Empty
          icon={<Icon aria-hidden />}
          title={t("variables.none")}
          text={t("variables.noneText")}
        >
          {add}
        </Empty>
      ) : null}
      {all.length > 8 ? (
        <search className={css.search}>
          <Input
            type="search"
            aria-label={t("variables.search")}
            placeholder={t("variables.search")}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </search>
      ) : null}
      {all.length && shown.length === 0 ? <p>{t("variables.nothingFound")}</p> : null}
      {shown.length ? (
        <Table className={css.table} data-state="full">
          <thead>
            <tr>
              <th scope="col">{t("common.name")}</th>
              <th scope="col">{t("variables.value")}</th>
              <th scope="col">{t("variables.changed")}</th>
              <th scope="col">
                <span className="visually-hidden">{t("common.more")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.name}>
                <td>
                  <span className={css.name}>
                    <code>{`$vars.${one.name}`}</code>
                    <Copy
                      text={`{{ $vars.${one.name} }}`}
                      label={t("variables.copy", { name: one.name })}
                    />
                  </span>
                  {one.description ? <p className={css.quiet}>{one.description}</p> : null}
                </td>
                <td>
                  <div className={css.value}>
                    <code>{typed(one.value)}</code>
                    <Badge>{t(`variables.kind_${kindOf(one.value)}`)}</Badge>
                    {looksSecret(one.name, one.value) ? (
                      <Badge tone="warn">
                        <TriangleAlert aria-hidden /> {t("variables.secretShort")}
                      </Badge>
                    ) : null}
                  </div>
                </td>
                <td>
                  <When ms={one.updated_ms} ago />
                </td>
                <td className={css.deeds}>
                  {mayChange ? (
                    <IconButton
                      label={t("variables.change", { name: one.name })}
                      onClick={() => setOpen(one)}
                    >
                      <Pencil />
                    </IconButton>
                  ) : null}
                  {mayRemove ? (
                    <IconButton
                      label={t("variables.remove", { name: one.name })}
                      onClick={() => void remove(one)}
                    >
                      <Trash2 />
                    </IconButton>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      ) : null}
      {open ? (
        <VariableDialog
          {...(open === "new" ? {} : { variable: open })}
          taken={all.map((one) => one.name)}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </Page>
  );
}
