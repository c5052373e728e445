using ReuseBench.Core.Results;
using ReuseBench.Linux;
using ReuseBench.TestSupport;

namespace ReuseBench.SystemTests;

public sealed class StallTests
{
    [Theory]
    [Trait("needs", "quiet")]
    [InlineData("variant: reuseport", 50, 150, "the hash has bound a fourth of them to it: 5.7 standard deviations of Binomial(400, 1/4) are 50")]
    [InlineData("variant: shared, accept: epoll", 0, 0, "any other worker takes them")]
    [InlineData("variant: shared, accept: epoll-exclusive", 0, 0, "any other worker takes them")]
    [InlineData("variant: shared, accept: blocking", 1, 399, "its accept thread goes on taking turns, and hands them to the one that stands still")]
    [InlineData("variant: reuseport, selector: ebpf-round-robin", 100, 100, "it goes on taking turns, whoever stands still")]
    [InlineData("variant: reuseport, selector: ebpf-alive", 0, 0, "its selector asks who lives")]
    [InlineData("variant: reuseport, accept: io-uring", 50, 150, "the hash has bound a fourth of them to it, however it accepts")]
    [InlineData("variant: shared, accept: io-uring", 400, 400, "its ring is the first in line, and the kernel wakes no other")]
    public void What_waits_behind_a_worker_that_stands_still_depends_on_who_accepts(string variant, long least, long most, string why)
    {
        // A worker that the host holds up for longer than a quarter of a second cannot be told from the one that was stopped: the run says so and
        // has failed, and another one is made.
        // So it is where threads that take turns did not all get theirs.
        BusyHost watch = BusyHost.Watch();
        FairnessRow[]? rows = null;
        long waiting = -1;
        for (int attempt = 0; attempt < BusyHost.Attempts && (waiting < least || waiting > most); attempt++)
        {
            rows = TryStall(variant) ?? rows;
            waiting = rows?.Sum(row => row.Waiting!.Value) ?? waiting;
        }

        if (rows is null || waiting < least || waiting > most)
        {
            watch.SkipIfBusyElseFail(
                rows is null ? $"in each of {BusyHost.Attempts} runs a worker was held up that was not to stand still" : $"{waiting} of 400 waited: {why}");
        }

        Assert.Equal(432, rows.Sum(row => row.ResponsesSeen));
        Assert.Equal(400, rows.Sum(row => row.ResponsesDuringStall + row.Waiting));
        Assert.All(rows, row => Assert.Equal((row.Accepted, row.Accepted), (row.Responses, row.ResponsesSeen)));

        // Nobody else makes anybody wait.
        Assert.Equal(waiting, rows[0].Waiting);
    }

    /// <summary>Whichever worker it is: in a group its share of the new connections waits, to the end of the stall and no longer.</summary>
    [Theory]
    [Trait("needs", "quiet")]
    [InlineData("variant: reuseport, stall_worker: 0", 0.05, 0.55, "the hash goes on binding a fourth of them to it")]
    [InlineData("variant: reuseport, stall_worker: 3", 0.05, 0.55, "the hash goes on binding a fourth of them to it")]
    [InlineData("variant: reuseport, selector: ebpf-round-robin, stall_worker: 2", 0.15, 0.35, "it goes on taking turns")]
    [InlineData("variant: reuseport, selector: ebpf-alive, stall_worker: 2", 0, 0.05, "its selector asks who lives, and notices after 20 of 500 ms")]
    [InlineData("variant: shared, accept: epoll-exclusive, stall_worker: 1", 0, 0.02, "any other worker takes them")]
    [InlineData("variant: inherited, accept: epoll, stall_worker: 1", 0, 0.02, "any other process takes them")]
    public void Under_load_what_waits_for_a_stalled_worker_depends_on_who_accepts(string variant, double least, double most, string why)
    {
        BusyHost watch = BusyHost.Watch();
        ResultRow? row = null;
        for (int attempt = 0; attempt < BusyHost.Attempts && !IsTold(row); attempt++)
        {
            row = StallUnderLoad(variant);
        }

        if (!IsTold(row))
        {
            watch.SkipIfBusyElseFail($"{row!.StallWaiting} of {row.StallRequests} waited, of 250 that were due: {why}");
        }

        Assert.Equal(0, row!.StallLost);
        Assert.InRange(row.StallMs!.Value, 500, double.MaxValue);

        // The stall is longer where whoever ends it is held up.
        bool IsTold(ResultRow? seen)
        {
            double share = seen is null ? -1 : (double)seen.StallWaiting!.Value / seen.StallRequests!.Value;
            return share >= least && share <= most && seen!.StallRequests is >= 200 and <= 300;
        }
    }

    [Theory]
    [InlineData("workers: 2, rate: 100, stall_worker: 2", "stall_worker: 2 is none of 2 workers; use 0 to 1")]
    [InlineData("workers: 2", "takes an open loop, whose requests do not wait for each other; give a rate")]
    [InlineData("workers: 2, rate: 100, duration: 1s", "a stall of 500ms with 300ms before it and 500ms after it; use 1300ms or more")]
    [InlineData("workers: 2, driver: accept-only, variant: shared, stall_length: 1s", "stall_length: 1s has no effect here")]
    public void A_stall_that_cannot_be_is_one_line(string settings, string says)
    {
        using TestFolder folder = new();
        string matrix = folder.At("bad.yaml");
        File.WriteAllText(matrix, $"groups:\n  - {{experiment: stall, {settings}}}\n");
        Outcome outcome = ProgramInProcess.Run("run", matrix, "--dry-run");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(says, Assert.Single(outcome.Errors.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_killed_while_a_thread_of_it_stands_still_ends_all_the_same()
    {
        Exception? problem = null;
        Outcome? end = null;

        // What traces a thread is a thread: begin and end are to be on the same one.
        Thread tracer = new(() => problem = Record.Exception(() =>
        {
            using RunningProgram server = RunningProgram.Start(RunningProgram.ReuseBench, "serve", "--variant", "shared", "--workers", "2");
            server.WaitForLine("READY ");
            int worker = FrozenThread.Find(server.Process.Id, "worker-0")!.Value;
            bool waited = false;
            Eventually.Holds(
                () =>
                {
                    // It may be on its way to its first wait.
                    using FrozenThread frozen = Stop(worker);
                    if (waited = frozen.WaitedForEvents)
                    {
                        server.Process.Kill();
                    }

                    return waited;
                },
                () => "an idle worker does not wait for events");

            end = server.WaitForExit();
        }));
        tracer.Start();
        Assert.True(tracer.Join(RunningProgram.DefaultLimit), "the server does not end");
        if (problem is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
        }

        Assert.Equal(128 + 9, end!.ExitCode);
    }

    private static ResultRow StallUnderLoad(string variant)
    {
        using TestFolder folder = new();
        string matrix = folder.At("stall.yaml");
        File.WriteAllText(matrix, $$"""
            groups:
              - {experiment: stall, {{variant}}, workers: 4, workload: connect, rate: 500, connections: 512, warmup: 300ms, duration: 1500ms}
            """);
        string results = folder.At("run");
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "run", matrix, "--out", results);
        ResultRow result = Assert.Single(TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)));
        Assert.SkipWhen(result.Failure?.StartsWith(ResultRow.SkippedPrefix, StringComparison.Ordinal) == true, result.Failure ?? "");
        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        Assert.True(result.Failure is null, result.Failure);
        Assert.True(result.CountsAgree);
        Assert.Contains("What waits when one worker stands still under load?", File.ReadAllText(Path.Combine(results, RunFiles.ReportMarkdown)),
            StringComparison.Ordinal);
        return result;
    }

    /// <returns>What each worker got; null where the run says that the host was too busy to tell.</returns>
    private static FairnessRow[]? TryStall(string variant)
    {
        using TestFolder folder = new();
        string matrix = folder.At("stall.yaml");
        File.WriteAllText(matrix, $$"""
            name: stall
            description: one worker of four stands still
            groups:
              - {experiment: stall, driver: accept-only, {{variant}}, workers: 4, connections: 400, sources: 127.0.0.2-127.0.0.9, source_plan: random}
            """);
        string results = folder.At("run");
        Outcome outcome = RunningProgram.Run(RunningProgram.ReuseBench, "fairness", "--matrix", matrix, "--out", results);
        ResultRow result = Assert.Single(TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)));
        Assert.SkipWhen(result.Failure?.StartsWith(ResultRow.SkippedPrefix, StringComparison.Ordinal) == true, result.Failure ?? "");
        if (result.Failure?.Contains("the host was too busy", StringComparison.Ordinal) == true)
        {
            return null;
        }

        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        Assert.Null(result.Failure);
        Assert.True(result.CountsAgree);
        Assert.Equal(432, result.DistinctTuples);
        return [.. TableFile.Read<FairnessRow>(Path.Combine(results, Tables.Fairness.FileName)).OrderBy(row => row.Listener)];
    }

    private static FrozenThread Stop(int tid)
    {
        try
        {
            return FrozenThread.Stop(tid);
        }
        catch (LinuxException e) when (e.Errno.Name == "EPERM")
        {
            Assert.Skip($"no thread may be stopped here: {e.Message}");
            throw;
        }
    }
}
