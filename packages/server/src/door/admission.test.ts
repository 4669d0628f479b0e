import { ContractError } from "@mien/contract/errors";
import { describe, expect, it, vi } from "vitest";
import { Admission, type Place } from "./admission.js";

const alone = (): boolean => false;
const among = (): boolean => true;

/** How many of so many calls are let in. */
function letIn(admission: Admission, tenant: string, calls: number): Place[] {
  const places: Place[] = [];
  for (let call = 0; call < calls; call++)
    try {
      places.push(admission.enter(tenant));
    } catch (error) {
      expect(error).toBeInstanceOf(ContractError);
      expect((error as ContractError).key).toBe("overloaded");
    }
  return places;
}

describe("admission", () => {
  it("lets in as many as there is room for, and one more for each that leaves, once", () => {
    const admission = new Admission(2, alone);
    const [first] = letIn(admission, "a", 3);
    expect(letIn(admission, "a", 1)).toHaveLength(0);
    first!.leave();
    first!.leave();
    expect(letIn(admission, "a", 3)).toHaveLength(1);
  });

  it("remembers no tenant who holds nothing: there may be any number of them", () => {
    const set = vi.spyOn(Map.prototype, "set");
    const admission = new Admission(8, among);
    const place = admission.enter("a");
    const tenants = new Set(set.mock.contexts);
    set.mockRestore();
    const remembered = (): number[] =>
      [...tenants].map((map) => (map as Map<unknown, unknown>).size);
    expect(remembered()).toEqual([1]);
    place.hold(1000);
    place.hold(10);
    place.leave();
    place.hold(1000);
    place.leave();
    expect(remembered()).toEqual([0]);
  });

  it("keeps a quarter of the places from any one of several tenants", () => {
    const admission = new Admission(8, among);
    const own = letIn(admission, "a", 10);
    expect(own).toHaveLength(6);
    expect(letIn(admission, "b", 10)).toHaveLength(1);
    for (const place of own.slice(0, 3)) place.leave();
    // Four are free now, and neither may have more than three times what stays so.
    expect(letIn(admission, "b", 10)).toHaveLength(2);
    expect(letIn(admission, "a", 10)).toHaveLength(0);
  });

  it("keeps places and bytes free for a tenant who holds none, however many others take what they can", () => {
    const places = new Admission(64, among);
    for (const busy of ["a", "b", "c"]) letIn(places, busy, 100);
    expect(letIn(places, "polite", 1)).toHaveLength(1);

    const bytes = new Admission(10_000, among, 512_000_000);
    const picture = 6_000_000;
    for (const busy of ["a", "b", "c"])
      expect(() => {
        for (const place of letIn(bytes, busy, 100)) place.hold(picture);
      }).toThrow(ContractError);
    letIn(bytes, "polite", 1)[0]!.hold(picture);
  });

  it("lets each tenant in where there is hardly room for one", () => {
    expect(letIn(new Admission(1, among), "a", 2)).toHaveLength(1);
    expect(letIn(new Admission(2, among), "a", 2)).toHaveLength(1);
  });

  it("holds so many bytes of bodies and no more, three quarters of them for one of several tenants", () => {
    const overloaded = expect.objectContaining({ key: "overloaded" }) as unknown;
    const admission = new Admission(10, among, 1000);
    const place = admission.enter("a");
    place.hold(700);
    expect(() => admission.enter("a").hold(100)).toThrow(overloaded);
    const other = admission.enter("b");
    other.hold(300);
    expect(() => admission.enter("c").hold(1)).toThrow(overloaded);
    // It was shorter than it might have been.
    place.hold(100);
    admission.enter("c").hold(600);
    expect(() => admission.enter("d").hold(1)).toThrow(overloaded);
    other.leave();
    other.leave();
    admission.enter("d").hold(300);
    expect(() => admission.enter("d").hold(1)).toThrow(overloaded);
  });
});
