using FsCheck;
using FsCheck.Fluent;
using ReuseBench.Core.Units;
using ReuseBench.LoadGen.Pacing;
using ReuseBench.LoadGen.Sources;

namespace ReuseBench.LoadGen.Tests.Pacing;

public sealed class SlotRampTests
{
    [Theory]
    [InlineData(8, 0, 1, 0, 0)] // The first client of all begins with the ramp, …
    [InlineData(8, 0, 1, 7, 7_000)] // … the last one of eight an eighth before its end.
    [InlineData(8, 1, 2, 0, 1_000)] // Two threads take turns.
    [InlineData(8, 0, 2, 1, 2_000)]
    [InlineData(8, 1, 2, 3, 7_000)]
    [InlineData(3, 1, 2, 0, 2_666)] // Of three clients the second thread has two: the second and the third.
    [InlineData(3, 1, 2, 1, 5_333)]
    public void A_client_begins_at_its_number_over_their_number(int connections, int thread, int threads, int slot, long beginNs) =>
        Assert.Equal(beginNs, new SlotRamp(new Duration(8_000), connections, thread, threads).BeginNs(slot));

    [Fact]
    public void A_long_ramp_of_many_clients_does_not_overflow() =>
        Assert.Equal(86_400_000_000_000 / 2, new SlotRamp(Duration.FromSeconds(86_400), 1_000_000, 0, 1).BeginNs(500_000));

    [Fact]
    public void The_clients_of_all_threads_have_every_number_once_and_each_threads_in_order()
    {
        Gen<(int Connections, int Threads)> cases =
            from connections in Gen.Choose(1, 300) from threads in Gen.Choose(1, Math.Min(connections, 40)) select (connections, threads);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            int[][] numbers =
            [
                .. Enumerable.Range(0, c.Threads).Select(t => (int[])
                [
                    .. Enumerable.Range(0, (int)TupleSlice.Of(c.Connections, t, c.Threads).Count)
                        .Select(new SlotRamp(Duration.FromSeconds(1), c.Connections, t, c.Threads).NumberOf),
                ]),
            ];
            Assert.Equal(Enumerable.Range(0, c.Connections), numbers.SelectMany(n => n).Order());
            Assert.All(numbers, n => Assert.Equal(n.Order(), n));

            // Taking turns: at no time has a thread begun two more than another that still has some to begin.
            Assert.All(numbers, n => Assert.All(n.Index(), s => Assert.InRange(s.Item, s.Index * c.Threads, ((s.Index + 1) * c.Threads) - 1)));
        }).QuickCheckThrowOnFailure();
    }
}
