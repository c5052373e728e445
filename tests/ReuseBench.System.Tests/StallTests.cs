using ReuseBench.Core.Results;
using ReuseBench.Linux;

namespace ReuseBench.SystemTests;

public sealed class StallTests
{
    [Theory]
    [InlineData("variant: reuseport", 60, 140, "the hash has bound a fourth of them to it: five standard deviations of Binomial(400, 1/4) are 43")]
    [InlineData("variant: shared, accept: epoll", 0, 0, "any other worker takes them")]
    [InlineData("variant: shared, accept: epoll-exclusive", 0, 0, "any other worker takes them")]
    [InlineData("variant: shared, accept: blocking", 20, 390, "its accept thread goes on taking turns, and hands them to the one that stands still")]
    public void What_waits_behind_a_worker_that_stands_still_depends_on_who_accepts(string variant, long least, long most, string why)
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

        Assert.True(outcome.HasMeasured, outcome.Output + outcome.Errors);
        ResultRow result = Assert.Single(TableFile.Read<ResultRow>(Path.Combine(results, Tables.Results.FileName)));
        Assert.SkipWhen(result.Failure?.StartsWith(ResultRow.SkippedPrefix, StringComparison.Ordinal) == true, result.Failure ?? "");
        Assert.Null(result.Failure);
        Assert.True(result.CountsAgree);

        FairnessRow[] rows = [.. TableFile.Read<FairnessRow>(Path.Combine(results, Tables.Fairness.FileName)).OrderBy(row => row.Listener)];
        long waiting = rows.Sum(row => row.Waiting!.Value);
        Assert.True(waiting >= least && waiting <= most, $"{waiting} of 400 waited: {why}");
        Assert.Equal((432, 432), (result.DistinctTuples, rows.Sum(row => row.ResponsesSeen)));
        Assert.Equal(400, rows.Sum(row => row.ResponsesDuringStall + row.Waiting));
        Assert.All(rows, row => Assert.Equal((row.Accepted, row.Accepted), (row.Responses, row.ResponsesSeen)));
        if (waiting > 0)
        {
            // Nobody else makes anybody wait.
            Assert.Equal(waiting, rows[0].Waiting);
        }
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
            using (FrozenThread frozen = Stop(FrozenThread.Find(server.Process.Id, "worker-0")!.Value))
            {
                Assert.True(SpinWait.SpinUntil(() => frozen.WaitedForEvents, TimeSpan.FromSeconds(1)), "an idle worker does not wait for events");
                server.Process.Kill();
            }

            end = server.WaitForExit(TimeSpan.FromSeconds(10));
        }));
        tracer.Start();
        Assert.True(tracer.Join(TimeSpan.FromSeconds(60)), "the server does not end");
        if (problem is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(problem);
        }

        Assert.Equal(128 + 9, end!.ExitCode);
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
