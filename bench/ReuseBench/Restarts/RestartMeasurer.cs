using System.Net.Sockets;
using ReuseBench.Bench.Planning;
using ReuseBench.Bench.Running;

namespace ReuseBench.Bench.Restarts;

/// <summary>Runs one repeat of a restart cell on a thread, and where the rights allow in a network namespace, of its own.</summary>
internal sealed class RestartMeasurer(CpuPlan cpus, bool isolate, IReadOnlyDictionary<string, string> sysctls)
{
    /// <exception cref="RepeatFailedException">It did not run to its end.</exception>
    /// <exception cref="RepeatSkippedException">It needs what there is not here.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RestartMeasurement Measure(PlannedRepeat planned, ulong seed, RepeatLog log, CancellationToken cancel) =>
        MeasurementThread.Run(isolate, sysctls, () => Measure(new RestartTrial(planned, cpus, isolate, seed, log, cancel)));

    private static RestartMeasurement Measure(RestartTrial trial)
    {
        try
        {
            return trial.Run();
        }
        catch (SocketException e)
        {
            throw new RepeatFailedException($"the load before the restart could not be made: {e.Message}");
        }
    }
}
