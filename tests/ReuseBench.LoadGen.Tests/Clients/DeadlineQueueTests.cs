using FsCheck;
using FsCheck.Fluent;
using ReuseBench.LoadGen.Clients;

namespace ReuseBench.LoadGen.Tests.Clients;

public sealed class DeadlineQueueTests
{
    [Fact]
    public void Slots_expire_in_order_of_due_time_and_disarmed_ones_never()
    {
        Gen<(int Slot, int Due, bool Arms)[]> steps =
            Gen.ArrayOf(from slot in Gen.Choose(0, 9) from due in Gen.Choose(0, 100) from arms in Gen.Elements(true, true, false) select (slot, due, arms));

        Prop.ForAll(steps.ToArbitrary(), sequence =>
        {
            DeadlineQueue queue = new(10);
            Dictionary<int, int> model = [];
            foreach ((int slot, int due, bool arms) in sequence)
            {
                queue.Disarm(slot);
                model.Remove(slot);
                if (arms)
                {
                    queue.Arm(slot, due);
                    model[slot] = due;
                }

                Assert.Equal(model.Count == 0 ? long.MaxValue : model.Values.Min(), queue.NextDueNs);
            }

            List<int> expired = [];
            while (queue.TryExpire(50, out int slot))
            {
                expired.Add(slot);
                Assert.False(queue.IsArmed(slot));
            }

            Assert.Equal(model.Where(m => m.Value <= 50).Select(m => m.Key).Order(), expired.Order());
            Assert.Equal(expired.OrderBy(s => model[s]).Select(s => model[s]), expired.Select(s => model[s]));
        }).QuickCheckThrowOnFailure();
    }
}
