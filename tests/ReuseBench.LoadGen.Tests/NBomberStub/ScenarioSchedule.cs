using System.Diagnostics;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.CSharp;

/// <summary>
/// When iterations begin, as in NBomber's ScenarioScheduler and ScenarioActor: once an interval, each after a wait drawn at random from that
/// interval; a kept copy goes on until the end, through the simulations that follow too, and what is in progress then is waited for, but not for
/// long. A ramp grows by its progress at each interval's beginning, in whole percent, so that its first interval has none; it grows from none, and
/// not from what was before, since no test puts anything before it. So many failures end the whole run.
/// </summary>
internal sealed class ScenarioSchedule(ScenarioProps scenario) : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _actors = [];
    private int _kept;
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

        await schedule._stop.CancelAsync();
        await Task.WhenAny(Task.WhenAll(schedule._actors), Task.Delay(LongestWait));
        return new ScenarioStats(scenario.ScenarioName, schedule._ok, schedule._failed);
    }

    public void Dispose() => _stop.Dispose();

    private async Task Run(LoadSimulation simulation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        for (TimeSpan time = TimeSpan.Zero; time < simulation.During && !_stop.IsCancellationRequested; time += simulation.Interval)
        {
            int begin = simulation switch
            {
                LoadSimulation.RampingConstant ramp => Ramped(ramp.Copies, time / ramp.During) - _kept,
                LoadSimulation.KeepConstant keep => keep.Copies - _kept,
                LoadSimulation.RampingInject ramp => Ramped(ramp.Rate, time / ramp.During),
                LoadSimulation.Inject inject => inject.Rate,
                _ => throw new NotSupportedException($"{simulation}"),
            };
            _kept += IsKept(simulation) ? begin : 0;
            _actors.AddRange(Enumerable.Range(0, begin).Select(_ => Task.Run(() => Actor(simulation))));
            await Pause(time + simulation.Interval - clock.Elapsed);
        }
    }

    private static bool IsKept(LoadSimulation simulation) => simulation is LoadSimulation.RampingConstant or LoadSimulation.KeepConstant;

    private static int Ramped(int all, double progress) => Rounded(all / 100.0 * Rounded(100 * progress));

    private static int Rounded(double value) => (int)Math.Round(value, MidpointRounding.AwayFromZero);

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
        while (IsKept(simulation) && !_stop.IsCancellationRequested);
    }

    private async Task Pause(TimeSpan pause)
    {
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
