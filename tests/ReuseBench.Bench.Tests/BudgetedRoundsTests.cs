using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Bench.Tests;

/// <summary>What a round becomes where the budget does not hold all of it.</summary>
public sealed class BudgetedRoundsTests
{
    /// <summary>Each takes 10.5 s: 1 s of warm-up, 9 s of window and half a second around it.</summary>
    private static readonly PlannedRepeat[] Round = [.. Enumerable.Range(1, 5).Select(workers => new PlannedRepeat(
        Cell.Blank with
        {
            Server = new ServerSettings { Workers = workers },
            Load = new LoadSettings { Warmup = Duration.FromSeconds(1), Duration = Duration.FromSeconds(9) },
        },
        4))];

    [Theory]
    [InlineData(52.5, "1 2 3 4 5", "all of it fits")]
    [InlineData(52, "1 2 3", "the first contest is whole, the second would be cut")]
    [InlineData(31, "4 5", "the first contest does not fit, the second does")]
    [InlineData(20, "", "no contest fits")]
    public void Contests_that_fit_are_measured_with_all_of_their_cells(double seconds, string workers, string why) => Assert.True(
        workers == string.Join(' ', BudgetedRounds.Held(Round, [Ids(1, 2, 3), Ids(4, 5)], seconds).Select(r => r.Cell.Server.Workers)), why);

    [Fact]
    public void Contests_that_share_cells_take_the_time_of_these_once() =>
        Assert.Equal(4, BudgetedRounds.Held(Round, [Ids(1, 2, 3), Ids(1, 2, 3, 4)], 42).Count);

    [Fact]
    public void Before_anything_was_looked_at_a_round_is_whole_or_not_begun() => Assert.Empty(BudgetedRounds.Held(Round, [], 52));

    /// <summary>What a report ranks against each other; which it does only where every condition is equal.</summary>
    [Fact]
    public void Before_a_contest_is_known_cells_under_equal_conditions_stand_together_in_the_order_of_the_matrix()
    {
        Cell keepalive = Round[0].Cell;
        Cell connect = keepalive with { Load = keepalive.Load with { Workload = Workload.Connect } };
        Cell shared = keepalive with { Server = keepalive.Server with { Variant = Variant.Shared } };
        Cell longer = shared with { Load = keepalive.Load with { Duration = Duration.FromSeconds(10) } };

        IReadOnlyList<IReadOnlySet<string>> contests =
            BudgetedRounds.ByConditions([.. ((Cell[])[connect, keepalive, longer, shared]).Select(c => new PlannedRepeat(c, 1))], Isolation.None);

        Assert.Equal([connect.Id, $"{keepalive.Id} {shared.Id}", longer.Id], contests.Select(c => string.Join(' ', c)));
    }

    [Fact]
    public void Numbers_of_workers_and_of_connections_are_compared_and_varied_apart()
    {
        PlannedRepeat more = Round[0] with { Cell = Round[0].Cell with { Load = Round[0].Cell.Load with { Connections = 128 } } };

        IReadOnlyList<IReadOnlySet<string>> contests = BudgetedRounds.ByConditions([.. Round, more], Isolation.Netns);

        Assert.Equal([string.Join(' ', Round.Select(r => r.Cell.Id)), more.Cell.Id], contests.Select(c => string.Join(' ', c)));
    }

    private static HashSet<string> Ids(params int[] workers) => [.. Round.Where(r => workers.Contains(r.Cell.Server.Workers)).Select(r => r.Cell.Id)];
}
