import { Link, useParams } from "@tanstack/react-router";
import { type ComponentType, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/queries";
import { Empty } from "~/ui";
import { About } from "./about/About";
import { Appearance } from "./appearance/Appearance";
import { Audit } from "./audit/Audit";
import { Destinations } from "./destinations/Destinations";
import { Keys } from "./keys/Keys";
import { Members } from "./members/Members";
import { Organization } from "./organization/Organization";
import { Packages } from "./packages/Packages";
import { Profile } from "./profile/Profile";
import { Providers } from "./providers/Providers";
import { Roles } from "./roles/Roles";
import { GROUPS, mayOpen, SECTIONS } from "./sections";
import { Security } from "./security/Security";
import { Server } from "./server/Server";
import css from "./settings.module.css";
import { Teams } from "./teams/Teams";
import { Tokens } from "./tokens/Tokens";
import { Users } from "./users/Users";
import { Workspace } from "./workspace/Workspace";
import { Workspaces } from "./workspaces/Workspaces";

const SHOWN: Readonly<Record<string, ComponentType>> = {
  about: About,
  appearance: Appearance,
  audit: Audit,
  destinations: Destinations,
  keys: Keys,
  members: Members,
  organization: Organization,
  packages: Packages,
  profile: Profile,
  providers: Providers,
  roles: Roles,
  security: Security,
  server: Server,
  teams: Teams,
  tokens: Tokens,
  users: Users,
  workspace: Workspace,
  workspaces: Workspaces,
};

/** What can be set, by whom it concerns. */
export function Settings() {
  const { t } = useTranslation();
  const { section: chosen = "profile" } = useParams({ strict: false });
  const grants = useMe()?.grants ?? [];
  const section = SECTIONS.find((one) => one.id === chosen);
  const Shown = section && mayOpen(section, grants) ? SHOWN[section.id] : undefined;
  const title = t(section ? `settings.section.${section.id}` : "shell.settings");
  useEffect(() => {
    document.title = `${title} · Penstock`;
  }, [title]);
  return (
    <div className={css.settings}>
      <Sections chosen={chosen} />
      <main id="content" className={css.body} tabIndex={-1} key={chosen}>
        {Shown ? (
          <Shown />
        ) : (
          <Empty
            alone
            title={t(section ? "settings.notYours" : "shell.notFound")}
            text={t(section ? "settings.notYoursText" : "shell.notFoundText")}
          />
        )}
      </main>
    </div>
  );
}

function Sections({ chosen }: { readonly chosen: string }) {
  const { t } = useTranslation();
  const grants = useMe()?.grants ?? [];
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    const current = bar.current?.querySelector(`[data-section="${chosen}"]`);
    current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [chosen]);
  return (
    <nav ref={bar} className={css.sections} aria-label={t("shell.settings")}>
      {GROUPS.map((group) => {
        const inside = SECTIONS.filter((one) => one.group === group && mayOpen(one, grants));
        return inside.length === 0 ? null : (
          <div key={group} className={css.group}>
            <h2>{t(`settings.group.${group}`)}</h2>
            {inside.map(({ id }) => (
              <Link
                key={id}
                data-section={id}
                to="/settings/$section"
                params={{ section: id }}
                className={css.link}
                data-active={id === chosen || undefined}
                aria-current={id === chosen ? "page" : undefined}
              >
                {t(`settings.section.${id}`)}
              </Link>
            ))}
          </div>
        );
      })}
    </nav>
  );
}
