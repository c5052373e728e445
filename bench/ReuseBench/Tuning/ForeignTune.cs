using System.Net;
using ReuseBench.Bench.Children;
using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Bench.Host;
using ReuseBench.Bench.Runs;
using ReuseBench.Core.Results;
using ReuseBench.Linux;
using ReuseBench.LoadGen;

namespace ReuseBench.Bench.Tuning;

/// <summary>
/// <c>tune --target</c>: the same search on a server of somebody else, in the host's own network. There is no run folder: its rows would name a server of
/// ours that never ran.
/// </summary>
internal static class ForeignTune
{
    private const string RunId = "tune";

    /// <param name="request">The question; its server names nothing but the worker count.</param>
    /// <param name="target">HOST:PORT.</param>
    /// <param name="command">Sets the count and restarts the server.</param>
    /// <param name="run">Seed and CPUs.</param>
    /// <returns>The exit code.</returns>
    public static int Execute(TuneRequest request, string target, SetWorkersCommand command, RunRequest run)
    {
        IPEndPoint address = Target.Resolve(target, request.Load.Sources).Address.ToEndPoint();
        HostCpus host = HostCpus.Read(run.ServerCpus, run.ClientCpus);

        // Where the server runs is not known: on any CPU, the swarm's among them.
        CpuPlan cpus = host.Plans.Usual with { Disjoint = run.ServerCpus is not null };
        _ = FileLimit.RaiseToHard();
        TextWriter log = run.Output.Log;
        log.WriteLine($"tune: {target}, at most {RunClock.Format(request.Budget.ToTimeSpan())}; swarm on CPUs {cpus.Client}");
        using Interruption interruption = new();
        ulong seed = run.Seed ?? RunSeed.Fresh();
        TuneProgress progress = new(log);
        int? set = null;
        try
        {
            TuneResult result = Tuner.Answer(request, seed, Repeat);
            TuneJob.Print([result], run.Output);
            return result.Answer.Workers is null ? ExitCodes.NothingValid : ExitCodes.Success;
        }
        catch (OperationCanceledException)
        {
            return TuneJob.PrintInterrupted(run.Output);
        }

        ResultRow Repeat(PlannedRepeat planned)
        {
            interruption.Token.ThrowIfCancellationRequested();
            RepeatLog said = new(TextWriter.Null);
            RepeatContext context = new()
            {
                RunId = RunId,
                Planned = planned,
                Cpus = cpus,
                Isolated = false,
                Sysctls = new Dictionary<string, string>(),
                Traits = host.Traits,
                Seed = RepeatSeed.Of(seed, planned.Repeat),
                Log = said,
                Children = new ForeignChildren(address, command, said) { Workers = set },
                Cancel = interruption.Token,
            };
            MeasuredRows rows;
            try
            {
                rows = MeasuredRows.Of(RunId, LoadedWindow.Measure(context), []);
                set = planned.Cell.Server.Workers;
            }
            catch (Exception e) when (RepeatFailedException.IsExpected(e))
            {
                set = null;
                rows = MeasuredRows.OfFailure(context.FailedRow(e.Message));
            }

            progress.RepeatEnded(planned, rows);
            return rows.Result;
        }
    }
}
