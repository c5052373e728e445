using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Tests.Restarts;

public sealed class PersistentCountsTests
{
    private const long StopNs = 1000;

    [Theory]
    [InlineData(AttemptPath.Kept, AttemptOutcome.Reset, 990, 1010, 1, 0, 0, "in hand when its server went")]
    [InlineData(AttemptPath.Kept, AttemptOutcome.Reset, 900, 999, 0, 0, 0, "lost before the stop")]
    [InlineData(AttemptPath.Kept, AttemptOutcome.Served, 990, 1010, 0, 0, 0, "answered in time")]
    [InlineData(AttemptPath.Reopened, AttemptOutcome.Served, 1005, 1010, 0, 1, 1, "closed before it came there")]
    [InlineData(AttemptPath.New, AttemptOutcome.Served, 1005, 1010, 0, 0, 1, "a new connection in place of one that had ended")]
    [InlineData(AttemptPath.New, AttemptOutcome.Served, 995, 1010, 0, 0, 0, "opened before the stop")]
    public void Each_attempt_is_counted_as_what_it_was(
        AttemptPath path, AttemptOutcome outcome, long connectNs, long endNs, long lost, long again, long reconnects, string reason) => Assert.True(
        new PersistentCounts(lost, again, reconnects) == PersistentCounts.Of(Attempts(path, outcome, connectNs, sendNs: connectNs, endNs), StopNs), reason);

    [Fact]
    public void A_connect_that_is_refused_is_no_reconnect() => Assert.Equal(
        new PersistentCounts(0, 1, 0), PersistentCounts.Of(Attempts(AttemptPath.Reopened, AttemptOutcome.Refused, 1005, sendNs: 0, 1010), StopNs));

    private static AttemptColumns Attempts(AttemptPath path, AttemptOutcome outcome, long connectNs, long sendNs, long endNs) => new()
    {
        IntendedNs = [connectNs],
        ConnectNs = [connectNs],
        SendNs = [sendNs],
        EndNs = [endNs],
        Outcome = [(int)outcome],
        Path = [(int)path],
    };
}
