import type { models } from "@penstock/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "~/api/client";
import { Button, Empty, Failure, Loading } from "~/ui";
import { Delivery } from "./Delivery";
import { DeliveryRow } from "./DeliveryRow";
import css from "./webhooks.module.css";

interface Props {
  readonly webhook: string;
  readonly workflow: string;
}

const PAGE = 50;

/** What came in by a webhook, the newest first. */
export function Deliveries({ webhook, workflow }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<models.StoredDelivery | null>(null);
  const pages = useInfiniteQuery({
    queryKey: ["deliveries", webhook],
    queryFn: async ({ pageParam }) =>
      await api().listDeliveries(webhook, { limit: PAGE, cursor: pageParam || undefined }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 5_000,
  });
  if (pages.isPending) {
    return <Loading />;
  }
  if (pages.isError) {
    return <Failure error={pages.error} onRetry={() => void pages.refetch()} />;
  }
  const rows = pages.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) {
    return (
      <Empty
        icon={<Inbox aria-hidden />}
        title={t("webhooks.noDeliveries")}
        text={t("webhooks.noDeliveriesText")}
      />
    );
  }
  return (
    <>
      <ul className={css.deliveries}>
        {rows.map((one) => (
          <DeliveryRow key={one.delivery_id} one={one} onOpen={() => setOpened(one)} />
        ))}
      </ul>
      {pages.hasNextPage ? (
        <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t("webhooks.more")}
        </Button>
      ) : null}
      {opened ? (
        <Delivery one={opened} workflow={workflow} onClose={() => setOpened(null)} />
      ) : null}
    </>
  );
}
