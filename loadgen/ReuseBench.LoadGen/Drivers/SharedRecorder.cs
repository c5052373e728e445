using ReuseBench.Core.Cells;
using ReuseBench.LoadGen.Clients;
using ReuseBench.LoadGen.Recording;

namespace ReuseBench.LoadGen.Drivers;

/// <summary>
/// A recorder for sessions that run on any thread: whoever records holds <see cref="Gate"/>. A recorder for each session would cost a
/// megabyte of histograms each.
/// </summary>
internal sealed class SharedRecorder
{
    public SharedRecorder(LoadSettings settings)
    {
        Recorder = new ThreadRecorder(settings);
        Reading = new ResponseReading(settings.WorkerHeader, Recorder.Workers);
    }

    public Lock Gate { get; } = new();

    public ThreadRecorder Recorder { get; }

    public ResponseReading Reading { get; }
}
