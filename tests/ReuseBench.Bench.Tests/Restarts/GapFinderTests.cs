using ReuseBench.Bench.Experiments.Restarts;
using ReuseBench.Core.Wire;

namespace ReuseBench.Bench.Tests.Restarts;

/// <summary>Each picture is one attempt a millisecond, from 0 ms; each is answered or fails 0.1 ms after it began, unless it says otherwise.</summary>
public sealed class GapFinderTests
{
    private const long Ms = 1_000_000;
    private const long Soon = Ms / 10;

    [Theory]
    [InlineData("ssssssssss", 5, 4.0, 5.0, 1.0, 0.0, "0 0 0 0 0 0 0", "nothing lost: one interval, and nobody touched")]
    [InlineData("ssssffffss", 4, 3.0, 8.0, 5.0, 3.0, "0 0 4 0 0 0 0", "refused while the successor starts")]
    [InlineData("sssrrfffss", 5, 2.0, 8.0, 6.0, 4.0, "0 0 3 2 0 0 0", "the queue is reset, then refused: one gap from before the stop")]
    [InlineData("sssrsrssss", 6, 2.0, 4.0, 2.0, 0.0, "0 0 0 2 0 0 0", "losses between successes: the gap is short, the losses are all counted")]
    [InlineData("sssslllsss", 4, 3.0, 7.0, 4.0, 2.0, "0 3 0 0 0 0 0", "late ones bound no gap, yet nobody failed")]
    [InlineData("ssffffffssssst", 2, 1.0, 8.0, 7.0, 5.0, "5 0 6 0 1 0 0",
        "one timeout at the end of the window does not outdo the hole that service came back from")]
    [InlineData("sssffsssf", 3, 2.0, 5.0, 3.0, 1.0, "3 0 3 0 0 0 0", "nor does a refusal on the very last attempt")]
    [InlineData("ssssttotss", 4, 3.0, 8.0, 5.0, 3.0, "0 0 0 0 3 0 1", "timeouts and others")]
    public void A_gap_is_found_among_the_attempts(
        string picture, int stopMs, double lastMs, double firstMs, double lengthMs, double leastMs, string counts, string reason)
    {
        Gap gap = GapFinder.Find(Draw(picture, stopMs), stopMs * Ms, stopMs * Ms);

        Assert.True(gap.LastSuccessNs == lastMs * Ms, reason);
        Assert.True(gap.FirstSuccessNs == firstMs * Ms, reason);
        Assert.True(gap.LengthNs == lengthMs * Ms, reason);
        Assert.True(gap.LeastNs == leastMs * Ms, $"{gap.LeastNs} ns: {reason}");
        Assert.False(gap.IsCensored, reason);
        Assert.Equal(counts, Text(gap.Touched));
    }

    [Fact]
    public void A_server_that_does_not_come_back_gives_a_lower_bound()
    {
        Gap gap = GapFinder.Find(Draw("sssffffff", 3), 3 * Ms, 3 * Ms);
        Assert.True(gap.IsCensored);
        Assert.Null(gap.FirstSuccessNs);
        Assert.Null(gap.SilenceNs);
        Assert.Equal(5 * Ms, gap.LengthNs);
        Assert.Equal(5 * Ms, gap.LeastNs);
        Assert.Equal(6, gap.Touched.Refused);
    }

    [Fact]
    public void A_single_success_in_between_does_not_hide_a_server_that_went_away_again()
    {
        Gap gap = GapFinder.Find(Draw("sssffsffff", 3), 3 * Ms, 3 * Ms);
        Assert.True(gap.IsCensored);
        Assert.Equal(5 * Ms, gap.LastSuccessNs);
    }

    [Fact]
    public void Failures_that_were_seen_before_the_stop_are_none_of_its_doing()
    {
        Gap gap = GapFinder.Find(Draw("ssffssssss", 7), 7 * Ms, 7 * Ms);
        Assert.Equal(1 * Ms, gap.LengthNs);
        Assert.Equal(0, gap.Touched.Failed);
    }

    [Fact]
    public void What_queued_before_the_stop_and_was_served_after_it_counts_as_touched_and_the_silence_shows_the_wait()
    {
        // Attempts of 2, 3 and 4 ms wait in a queue that a handed-over listener keeps, and are answered at 9 ms.
        List<Attempt> attempts = [.. Draw("ssxxxxxxxxss", 5)
            .Where(a => a.Outcome != AttemptOutcome.Other)
            .Concat(Enumerable.Range(2, 8).Select(ms => new Attempt(ms * Ms, (10 * Ms) - (10 - ms), AttemptOutcome.Served)))];
        Gap gap = GapFinder.Find(attempts, 5 * Ms, 5 * Ms);

        Assert.Equal(1 * Ms, gap.LengthNs);
        Assert.Equal(3, gap.Touched.Served);
        Assert.Equal(0, gap.Touched.Failed);
        Assert.InRange(gap.SilenceNs!.Value, 8 * Ms, 9 * Ms);
    }

    [Fact]
    public void A_swarm_that_lags_at_an_end_of_the_gap_makes_it_less_certain_and_elsewhere_not()
    {
        Attempt[] attempts = [.. Draw("ssssffffss", 4)];
        attempts[1] = attempts[1] with { LagNs = 9 * Ms };
        attempts[6] = attempts[6] with { LagNs = 8 * Ms };
        Assert.Equal(0, GapFinder.Find(attempts, 4 * Ms, 9 * Ms).LagNs);
        attempts[7] = attempts[7] with { LagNs = 2 * Ms };
        attempts[3] = attempts[3] with { LagNs = 1 * Ms };
        Assert.Equal(2 * Ms, GapFinder.Find(attempts, 4 * Ms, 9 * Ms).LagNs);
    }

    [Fact]
    public void A_swarm_that_lags_beside_the_gap_could_have_missed_another_one_there()
    {
        Attempt[] attempts = [.. Draw("ssssssssss", 4)];
        attempts[1] = attempts[1] with { LagNs = 2 * Ms };
        Assert.Equal(0, GapFinder.Find(attempts, 4 * Ms, 8 * Ms).UnseenNs);
        attempts[9] = attempts[9] with { LagNs = 7 * Ms };
        Assert.Equal(0, GapFinder.Find(attempts, 4 * Ms, 8 * Ms).UnseenNs);
        attempts[7] = attempts[7] with { LagNs = 6 * Ms };
        Assert.Equal(6 * Ms, GapFinder.Find(attempts, 4 * Ms, 8 * Ms).UnseenNs);
        attempts[2] = attempts[2] with { LagNs = 9 * Ms };
        Assert.Equal(9 * Ms, GapFinder.Find(attempts, 4 * Ms, 8 * Ms).UnseenNs);
    }

    [Fact]
    public void Without_any_attempt_there_is_no_gap_to_speak_of()
    {
        Gap gap = GapFinder.Find([], 5, 5);
        Assert.Null(gap.LengthNs);
        Assert.Null(gap.SilenceNs);
        Assert.Equal(0, gap.Touched.Attempts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(0.999)]
    public void The_true_gap_lies_in_the_bracket_wherever_it_falls_between_two_probes(double phaseMs)
    {
        for (double trueMs = 0.1; trueMs < 6; trueMs += 0.37)
        {
            double from = 4 + phaseMs;
            Attempt[] attempts = [.. Enumerable.Range(0, 20).Select(ms => new Attempt(
                ms * Ms, (ms * Ms) + Soon, ms >= from && ms < from + trueMs ? AttemptOutcome.Refused : AttemptOutcome.Served))];
            Gap gap = GapFinder.Find(attempts, (long)(from * Ms), (long)((from + trueMs) * Ms));
            Assert.True(
                gap.LeastNs / (double)Ms <= trueMs && trueMs <= gap.LengthNs / (double)Ms,
                $"{trueMs} ms at {from} ms: {gap.LeastNs} to {gap.LengthNs} ns");
            Assert.InRange(gap.LengthNs!.Value - gap.LeastNs!.Value, Ms, 2 * Ms);
        }
    }

    [Fact]
    public void A_probe_that_starts_late_widens_the_bracket_to_when_it_really_started()
    {
        Attempt[] attempts = [.. Draw("ssssffffss", 4)];
        attempts[8] = attempts[8] with { LagNs = 2 * Ms, EndNs = (10 * Ms) + Soon };
        Gap gap = GapFinder.Find(attempts, 4 * Ms, 9 * Ms);
        Assert.Equal((3 * Ms, 7 * Ms), (gap.LeastNs, gap.LengthNs));
    }

    [Fact]
    public void A_connection_that_waited_in_a_queue_until_the_client_gave_up_is_not_lost_by_the_restart()
    {
        Attempt[] attempts = [.. Draw("ssssttttss", 4)];
        for (int index = 4; index < 8; index++)
        {
            attempts[index] = attempts[index] with { Stood = true };
        }

        Gap gap = GapFinder.Find(attempts, 4 * Ms, 9 * Ms);
        Assert.Equal((0, 1 * Ms), (gap.LeastNs, gap.LengthNs));
        Assert.Equal((4L, 0L), (gap.Touched.TimedOutQueued, gap.Touched.Failed));
    }

    [Fact]
    public void In_the_queue_of_a_server_that_never_comes_back_it_is()
    {
        AttemptColumns columns = new()
        {
            IntendedNs = [1 * Ms, 2 * Ms],
            ConnectNs = [1 * Ms, 2 * Ms],
            SendNs = [1 * Ms, 2 * Ms],
            EndNs = [2 * Ms, 3000 * Ms],
            Outcome = [(int)AttemptOutcome.Served, (int)AttemptOutcome.Timeout],
        };
        Assert.True(Attempt.Of(columns, isServedAgain: true).Last().IsTaken);
        Assert.False(Attempt.Of(columns, isServedAgain: false).Last().IsTaken);
    }

    private static IEnumerable<Attempt> Draw(string picture, int stopMs)
    {
        for (int ms = 0; ms < picture.Length; ms++)
        {
            // A reset comes when the listener closes: at the stop, for those that queued before it.
            long end = Math.Max(ms, picture[ms] == 'r' ? stopMs : 0) * Ms;
            yield return picture[ms] switch
            {
                's' => new Attempt(ms * Ms, (ms * Ms) + Soon, AttemptOutcome.Served),
                'l' => new Attempt(ms * Ms, (ms * Ms) + (1000 * Ms), AttemptOutcome.Served, IsLate: true),
                'f' => new Attempt(ms * Ms, (ms * Ms) + Soon, AttemptOutcome.Refused),
                'r' => new Attempt(ms * Ms, end + Soon, AttemptOutcome.Reset),
                't' => new Attempt(ms * Ms, (ms * Ms) + (3000 * Ms), AttemptOutcome.Timeout),
                _ => new Attempt(ms * Ms, (ms * Ms) + Soon, AttemptOutcome.Other),
            };
        }
    }

    private static string Text(GapCounts c) => $"{c.Served} {c.Late} {c.Refused} {c.Reset} {c.TimedOut} {c.TimedOutQueued} {c.Other}";
}
