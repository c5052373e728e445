using System.Diagnostics;
using ReuseBench.Bench.CommandLine;
using ReuseBench.Bench.Micro;
using ReuseBench.Semantics;

namespace ReuseBench.Bench.Running;

/// <summary>What a run takes after its cells: the kernel's semantics and the micro-benchmarks.</summary>
internal sealed class FurtherExperiments(RunOptions options, CancellationToken cancel)
{
    /// <summary>Time that they took, in seconds; all of it is measuring.</summary>
    public double MeasuredS { get; private set; }

    /// <summary>One line; null where there was none.</summary>
    public string? Problem { get; private set; }

    public void Take(MicroProgram? micro)
    {
        if (options.Matrix.Semantics)
        {
            Console.Out.WriteLine("semantics: trying every case on this kernel");
            Timed(() => SemanticsExperiment.Run(options.Folder, options.RunId, SemanticsCommandModule.SelfCommand()));
        }

        if (micro is not null)
        {
            Console.Out.WriteLine("micro: timing single operations");
            Timed(() => Problem = micro.Run(options.Folder, options.RunId, cancel));
        }
    }

    private void Timed(Action experiment)
    {
        Stopwatch clock = Stopwatch.StartNew();
        experiment();
        MeasuredS += clock.Elapsed.TotalSeconds;
    }
}
