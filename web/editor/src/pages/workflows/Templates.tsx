import { useNavigate, useSearch } from "@tanstack/react-router";
import { LayoutTemplate, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type models } from "~/api/client";
import { cache, useGrant } from "~/api/queries";
import {
  Badge,
  Button,
  confirm,
  Empty,
  Failure,
  IconButton,
  Input,
  Loading,
  Page,
  tell,
  tellFailure,
} from "~/ui";
import { TemplatePicture } from "./TemplatePicture";
import { TemplatePreview } from "./TemplatePreview";
import css from "./templates.module.css";
import { useTemplates } from "./useTemplates";
import { useUseTemplate } from "./useUseTemplate";

type Template = models.TemplateShown;

function fits(one: Template, search: string): boolean {
  const text = `${one.name}\n${one.description}\n${one.author}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function Templates() {
  const { t } = useTranslation();
  const templates = useTemplates();
  const [search, setSearch] = useState("");
  const navigate = useNavigate();
  const { template }: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const looking = templates.data?.find((one) => one.id === template);
  const look = (id?: string) =>
    void navigate({ to: "/templates", search: id ? { template: id } : {}, replace: true });
  const shown = (templates.data ?? []).filter((one) => fits(one, search));
  return (
    <Page title={t("workflows.templates")} text={t("workflows.templatesText")}>
      <search className={css.templateSearch}>
        <Input
          type="search"
          aria-label={t("workflows.templatesSearch")}
          placeholder={t("workflows.templatesSearch")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </search>
      {templates.isPending ? <Loading lines={8} /> : null}
      {templates.isError ? (
        <Failure error={templates.error} onRetry={() => void templates.refetch()} />
      ) : null}
      {templates.isSuccess && shown.length === 0 ? (
        <Empty
          icon={<LayoutTemplate aria-hidden />}
          title={t("workflows.templatesNone")}
          text={t("workflows.templatesNoneText")}
        />
      ) : null}
      <ul className={css.gallery} data-state={shown.length ? "full" : undefined}>
        {shown.map((one) => (
          <li key={one.id}>
            <Card template={one} onLook={() => look(one.id)} />
          </li>
        ))}
      </ul>
      {looking ? <TemplatePreview template={looking} onClose={() => look()} /> : null}
    </Page>
  );
}

function Card({ template, onLook }: { readonly template: Template; readonly onLook: () => void }) {
  const { t } = useTranslation();
  const mayUse = useGrant("workflow:write");
  const mayRemove = useGrant("template:delete") && !template.shipped;
  const { begin, busy } = useUseTemplate();
  const remove = async () => {
    const yes = await confirm({
      title: t("workflows.templateRemove", { name: template.name }),
      text: t("workflows.templateRemoveText"),
      deed: t("common.delete"),
      danger: true,
    });
    if (yes) {
      try {
        await api().removeTemplate(template.id);
        await cache.invalidateQueries({ queryKey: ["templates"], exact: true });
        tell(t("workflows.templateRemoved", { name: template.name }));
      } catch (error) {
        tellFailure(error);
      }
    }
  };
  return (
    <article className={css.template}>
      <button type="button" className={css.templateFace} onClick={onLook}>
        <span className={css.templatePicture}>
          <TemplatePicture template={template.id} name={template.name} />
        </span>
        <span className={css.templateText}>
          <strong>{template.name}</strong>
          <span className={css.templateAbout}>{template.description}</span>
        </span>
      </button>
      <footer className={css.templateFoot}>
        {template.shipped ? (
          <Badge>{t("workflows.templateShipped")}</Badge>
        ) : (
          <Badge tone="info">{t("workflows.templateOwn")}</Badge>
        )}
        <span>
          {mayRemove ? (
            <IconButton
              label={t("workflows.templateRemove", { name: template.name })}
              onClick={() => void remove()}
            >
              <Trash2 />
            </IconButton>
          ) : null}
          {mayUse ? (
            <Button
              busy={busy}
              aria-label={t("workflows.templateUseOf", { name: template.name })}
              onClick={() => begin(template.id)}
            >
              {t("workflows.templateUse")}
            </Button>
          ) : null}
        </span>
      </footer>
    </article>
  );
}
