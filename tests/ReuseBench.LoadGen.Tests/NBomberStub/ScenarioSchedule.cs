using System.Diagnostics;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.CSharp;

/// <summary>
/// When iterations begin, as in NBomber's ScenarioScheduler and ScenarioActor: once an interval, each after a wait drawn at random from that
/// interval; a kept copy goes on until the end, and what is under way then is waited for, but not for long. So many failures end the whole run.
/// </summary>
internal sealed class ScenarioSchedule(ScenarioProps scenario) : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private int _ok;
    private int _failed;

    public static async Task<ScenarioStats> Run(ScenarioProps scenario)
    {
        Debug.Assert(scenario.WarmUpDuration is null, "the stub has no warm-up");
        using ScenarioSchedule schedule = new(scenario);
        foreach (LoadSimulation simulation in scenario.LoadSimulations)
        {
            await schedule.Run(simulation);
        }

        return new ScenarioStats(scenario.ScenarioName, schedule._ok, schedule._failed);
    }

    public void Dispose() => _stop.Dispose();

    private async Task Run(LoadSimulation simulation)
    {
        List<Task> actors = [];
        Stopwatch clock = Stopwatch.StartNew();
        for (TimeSpan time = TimeSpan.Zero; time < simulation.During && !_stop.IsCancellationRequested; time += simulation.Interval)
        {
            int begin = simulation switch
            {
                LoadSimulation.KeepConstant keep => keep.Copies - actors.Count,
                LoadSimulation.Inject inject => inject.Rate,
                _ => throw new NotSupportedException($"{simulation}"),
            };
            actors.AddRange(Enumerable.Range(0, begin).Select(_ => Task.Run(() => Actor(simulation))));
            await Pause(time + simulation.Interval - clock.Elapsed);
        }

        await _stop.CancelAsync();
        await Task.WhenAny(Task.WhenAll(actors), Task.Delay(LongestWait));
    }

    private async Task Actor(LoadSimulation simulation)
    {
        await Pause(simulation.Interval * Random.Shared.NextDouble());
        do
        {
            IResponse response = await scenario.Run(null!);
            _ = response.IsError ? Interlocked.Increment(ref _failed) : Interlocked.Increment(ref _ok);
            if (_failed >= scenario.MaxFailCount)
            {
                await _stop.CancelAsync();
            }
        }
        while (simulation is LoadSimulation.KeepConstant && !_stop.IsCancellationRequested);
    }

    private async Task Pause(TimeSpan pause)
    {
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
