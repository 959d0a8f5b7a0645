import { useMemo } from "react";
import { useMe } from "~/api/queries";
import { PLACES, type Place } from "./places";

/** The places that who is signed in may go to. */
export function usePlaces(): readonly Place[] {
  const me = useMe();
  return useMemo(() => {
    // Who sees a single object finds it in the list of its kind.
    const may = new Set([...(me?.grants ?? []), ...Object.values(me?.shared ?? {}).flat()]);
    return PLACES.filter((place) => may.has(place.grant));
  }, [me]);
}
