import { useNavigate } from "@tanstack/react-router";
import { Settings } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "~/api/queries";
import { mayOpen, SECTIONS } from "~/pages/settings/sections";
import { usePlaces } from "../usePlaces";
import type { Entry } from "./entry";

/** The screens, and the sections of the settings. */
export function usePlaceEntries(): readonly Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const places = usePlaces();
  const grants = useMe()?.grants;
  return useMemo(() => {
    const screens = places.map(({ to, word, icon: Icon }) => ({
      id: `place:${to}`,
      title: t(`shell.${word}`),
      icon: <Icon aria-hidden />,
      words: [word],
      act: () => void navigate({ to }),
    }));
    const sections = SECTIONS.filter((one) => mayOpen(one, grants ?? [])).map(({ id }) => ({
      id: `settings:${id}`,
      title: t(`settings.section.${id}`),
      note: t("shell.settings"),
      icon: <Settings aria-hidden />,
      words: [id],
      act: () => void navigate({ to: "/settings/$section", params: { section: id } }),
    }));
    return [...screens, ...sections];
  }, [t, navigate, places, grants]);
}
