using ReuseBench.Core;
using ReuseBench.LoadGen;

namespace ReuseBench.Bench.CommandLine;

/// <summary>A target that is not known yet when <c>load</c> starts: it comes as the first line of standard input, when there is a server.</summary>
internal static class TargetLine
{
    /// <summary>What the option says then.</summary>
    public const string Name = "-";

    /// <summary>
    /// Begins to get the swarm ready before the command line is read, where it is the runner's: its start is what a repeat waits for, and half of
    /// it is compilation, which another CPU can do.
    /// </summary>
    /// <param name="arguments">As the program was given them.</param>
    public static void Foresee(IReadOnlyList<string> arguments)
    {
        if (arguments is ["load", "--target", Name, ..])
        {
            _ = Load.Prepare();
        }
    }

    /// <summary>Uses the wait to get the swarm ready.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="UsageException">No line came.</exception>
    public static string Read(TextReader input, CancellationToken stop)
    {
        Task<string?> line = input.ReadLineAsync(CancellationToken.None).AsTask();
        Load.Prepare().GetAwaiter().GetResult();
        try
        {
            line.Wait(stop);
        }
        catch (OperationCanceledException)
        {
            throw new UsageException("target: stopped before standard input named one");
        }

        return line.Result?.Trim() ?? throw new UsageException("target: - reads it from standard input, which ended without a line; write HOST:PORT to it");
    }
}
