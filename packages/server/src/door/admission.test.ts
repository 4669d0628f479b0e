import { ContractError } from "@mien/contract/errors";
import { describe, expect, it } from "vitest";
import { Admission } from "./admission.js";

const alone = (): boolean => false;
const among = (): boolean => true;

/** How many of so many calls are let in. */
function letIn(admission: Admission, tenant: string, calls: number): (() => void)[] {
  const leave: (() => void)[] = [];
  for (let call = 0; call < calls; call++)
    try {
      leave.push(admission.enter(tenant));
    } catch (error) {
      expect(error).toBeInstanceOf(ContractError);
      expect((error as ContractError).key).toBe("overloaded");
    }
  return leave;
}

describe("admission", () => {
  it("lets in as many as there is room for, and one more for each that leaves, once", () => {
    const admission = new Admission(2, alone);
    const [first] = letIn(admission, "a", 3);
    expect(letIn(admission, "a", 1)).toHaveLength(0);
    first!();
    first!();
    expect(letIn(admission, "a", 3)).toHaveLength(1);
  });

  it("keeps a quarter of the places from any one of several tenants", () => {
    const admission = new Admission(8, among);
    const own = letIn(admission, "a", 10);
    expect(own).toHaveLength(6);
    expect(letIn(admission, "b", 10)).toHaveLength(2);
    own[0]!();
    own[1]!();
    // Both are open to either now; one tenant may not have seven.
    expect(letIn(admission, "a", 1)).toHaveLength(1);
    expect(letIn(admission, "b", 10)).toHaveLength(1);
  });

  it("lets each tenant in where there is hardly room for one", () => {
    expect(letIn(new Admission(1, among), "a", 2)).toHaveLength(1);
    expect(letIn(new Admission(2, among), "a", 2)).toHaveLength(1);
  });
});
