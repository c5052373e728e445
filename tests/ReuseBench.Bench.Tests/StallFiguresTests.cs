using ReuseBench.Bench.Experiments.Held;
using ReuseBench.Core.Units;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Tests;

public sealed class StallFiguresTests
{
    private const long Ms = 1_000_000;

    /// <summary>A stall from 100 to 200 ms, of which the last 10 cannot be told.</summary>
    [Fact]
    public void Requests_of_a_stall_are_told_apart_by_when_they_had_their_response()
    {
        (long Due, long End, AttemptOutcome Outcome)[] attempts =
        [
            (99, 250, AttemptOutcome.Served), // due before it
            (100, 205, AttemptOutcome.Served), // waited
            (110, 111, AttemptOutcome.Served), // answered by another worker
            (150, 230, AttemptOutcome.Served), // waited
            (160, 170, AttemptOutcome.Reset), // lost
            (189, 199, AttemptOutcome.Served), // just in time
            (195, 201, AttemptOutcome.Served), // cannot be told
            (300, 301, AttemptOutcome.Served),
        ];
        StallFigures figures = StallFigures.Of(
            new AttemptColumns
            {
                IntendedNs = [.. attempts.Select(a => a.Due * Ms)],
                EndNs = [.. attempts.Select(a => a.End * Ms)],
                Outcome = [.. attempts.Select(a => (int)a.Outcome)],
            },
            fromNs: 100 * Ms, untilNs: 200 * Ms, Duration.FromMilliseconds(10));
        Assert.Equal((100.0, 5, 3, 1), (figures.LengthMs, figures.Requests, figures.Waiting, figures.Lost));
        Assert.Equal((92.5, 105.0), (figures.WaitsMs!.Median, figures.WaitsMs.Max));
    }
}
