using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Tests.Clients;

/// <summary>On recorded times, in microseconds; the time of day is 1 s ahead of the monotonic clock.</summary>
public sealed class ArrivalClockTests
{
    private const long OffsetUs = 1_000_000;

    public static TheoryData<string, Turn, Response, Expected> Cases => new()
    {
        { "the kernel's stamp is exact", new(100, 180, 190, 0), new(90, 230, 150), new(80, 0) },
        { "woken out of a sleep by it", new(100, 180, 120, 180), new(90, 185, 150), new(35, 30) },
        { "it was there before the thread slept: no wake-up", new(100, 180, 160, 180), new(90, 185, 150), new(35, 0) },
        { "an idle thread that waited for its CPU was no idle thread", new(100, 600, 120, 600), new(90, 605, 150), new(455, 100) },
        { "the time of day was set back in between", new(100, 180, 190, 0), new(90, 230, 40), new(130, 0) },
        { "the time of day was set ahead in between", new(100, 180, 190, 0), new(90, 230, 5_000), new(0, 0) },
        { "without a stamp it may have come right after the last look", new(100, 180, 190, 0), new(90, 230, null), new(50, 0) },
        { "it cannot have come before its request was sent", new(100, 180, 190, 0), new(210, 230, null), new(20, 0) },
        { "without a stamp a thread that slept was woken by it", new(100, 180, 120, 180), new(90, 185, null), new(5, 0) },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_response_waits_from_its_arrival_until_it_is_read(string reason, Turn turn, Response response, Expected expected)
    {
        ArrivalClock clock = new();
        clock.SetOffset(OffsetUs * 1000, 0);
        clock.BeginTurn(turn.EarliestUs * 1000, turn.LookedUs * 1000, turn.SleptFromUs * 1000, turn.WokenUs * 1000);
        long stampNs = response.CameUs is long cameUs ? (cameUs + OffsetUs) * 1000 : 0;

        ReadLag lag = clock.LagOf(response.SentUs * 1000, response.ReadUs * 1000, stampNs);

        Assert.True((expected.LagUs, expected.WakeUpUs) == (lag.Ns / 1000, lag.WakeUpNs / 1000), $"{reason}: {lag}");
        Assert.Equal(response.CameUs is not null, lag.IsExact);
    }

    [Fact]
    public void A_queue_of_responses_is_the_swarms_own_and_not_the_servers()
    {
        // Ten responses come 1 µs apart while the thread is at work, and each takes it 20 µs: the last one waits 170 µs more than the first.
        ArrivalClock clock = new();
        clock.SetOffset(0, 0);
        long readNs = 1_000_000;
        clock.BeginTurn(0, readNs - 30_000, readNs, 0);
        for (int i = 0; i < 10; i++)
        {
            long cameNs = 1_000_000 - 20_000 + (i * 1000);
            ReadLag exact = clock.LagOf(0, readNs, cameNs);
            ReadLag bound = clock.LagOf(0, readNs, 0);
            Assert.Equal((20_000 + (i * 19_000), 0), (exact.Ns, exact.WakeUpNs));
            Assert.InRange(exact.Ns, 0, bound.Ns);
            readNs += 20_000;
        }
    }

    /// <summary>As told when a turn begins.</summary>
    public sealed record Turn(long EarliestUs, long LookedUs, long SleptFromUs, long WokenUs);

    /// <param name="SentUs">Its request.</param>
    /// <param name="ReadUs">Its last byte.</param>
    /// <param name="CameUs">The stamp, monotonic; null for none.</param>
    public sealed record Response(long SentUs, long ReadUs, long? CameUs);

    public sealed record Expected(long LagUs, long WakeUpUs);
}
