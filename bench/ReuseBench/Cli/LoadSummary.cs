using ReuseBench.Core.Wire;
using ReuseBench.LoadGen;

namespace ReuseBench.Bench.Cli;

/// <summary>The result of one swarm for a reader at a terminal.</summary>
internal static class LoadSummary
{
    public static void Print(LoadDocument d, TextWriter output)
    {
        output.WriteLine($"{d.Target}: {d.Workload}, {Load(d)}, {d.DurationS:0.##} s measured after {d.WarmupS:0.##} s of warm-up");
        output.WriteLine("in the measured window");
        output.WriteLine($"  requests     {d.Requests} answered, {d.ThroughputRps:0.#} per second");
        output.WriteLine($"  connections  {d.ConnectionsOpened} newly opened, {d.ConnectionsPerS:0.#} per second");
        output.WriteLine($"  latency      p50 {Us(d.LatencyP50Us)}, p90 {Us(d.LatencyP90Us)}, p99 {Us(d.LatencyP99Us)}, p99.9 {Us(d.LatencyP999Us)}, max {Us(d.LatencyMaxUs)}");
        if (d.FromSendP99Us is not null)
        {
            output.WriteLine($"  from send    p50 {Us(d.FromSendP50Us)}, p99 {Us(d.FromSendP99Us)}, max {Us(d.FromSendMaxUs)} (hides what a stall costs)");
            output.WriteLine($"  read lag     p50 {Us(d.ReadLagP50Us)}, p99 {Us(d.ReadLagP99Us)}, max {Us(d.ReadLagMaxUs)} from the kernel's having a response to its being read");
            output.WriteLine($"  schedule     {d.Scheduled} due, {d.RateRpsAchieved:0.#} per second carried, {d.Dropped} dropped unstarted for want of a connection");
            output.WriteLine($"               p99 of start lag {Us(d.LagP99Us)}, {d.LateShare:0.00 %} started over 1 ms late, {d.WaitedShare:0.00 %} waited over 1 ms for a connection");
        }

        output.WriteLine($"  connect      p50 {Us(d.ConnectP50Us)}, p99 {Us(d.ConnectP99Us)}");
        output.WriteLine($"  client       {d.ClientCpuS:0.##} s of CPU, busiest thread {d.ClientBusyShare:0 %} on CPU, not waiting {d.ClientNeverIdleShare:0 %} of the time");
        output.WriteLine("in the whole life, warm-up and drain included");
        output.WriteLine($"  requests     {d.Life.RequestsSent} sent, {d.Life.Answers} answered");
        output.WriteLine($"  connections  {d.Life.ConnectionsOpened} opened, {d.Life.FailedConnects} failed");
        foreach ((string worker, long answers) in d.AnswersByWorker)
        {
            output.WriteLine($"  worker {worker,-5} {answers} answers");
        }

        foreach (ErrorCount error in d.Errors)
        {
            output.WriteLine($"  error        {error.Count} x {error.Error} in {error.Phase}");
        }
    }

    private static string Load(LoadDocument d) =>
        d.RateRpsRequested is double rate ? $"open loop at {rate:0.#}/s ({d.Arrivals})" : $"closed loop on {d.Connections} connections";

    private static string Us(double? value) => value switch
    {
        null => "-",
        < 1000 => $"{value:0.#} us",
        < 1_000_000 => $"{value / 1000:0.##} ms",
        _ => $"{value / 1_000_000:0.##} s",
    };
}

/// <summary>One line a second for somebody who looks on; the two marks are for programs.</summary>
internal sealed class LoadProgress(TextWriter output) : ILoadSignals
{
    /// <summary>Lines of JSON for whoever asked for them, and for a log or a program that listens.</summary>
    public static ILoadSignals For(TextWriter errors, bool isForPrograms) =>
        isForPrograms || Console.IsErrorRedirected ? new JsonLineSignals(errors) : new LoadProgress(errors);

    public void Report(LoadSignal signal)
    {
        if (signal.Signal == LoadSignal.Progress)
        {
            string errors = signal.Errors > 0 ? $", {signal.Errors} errors" : "";
            output.WriteLine($"{signal.RateNowRps:0.#} requests/s now, {signal.Requests} answers so far{errors}");
        }
    }
}
