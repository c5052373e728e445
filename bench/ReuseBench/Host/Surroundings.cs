using ReuseBench.Core;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Host;

/// <summary>What the program needs of whoever starts it, before it can do or say anything.</summary>
internal static class Surroundings
{
    /// <summary>The runtime itself has some fifty files open; with fewer than this it ends somewhere on the way, without a word that helps.</summary>
    private const long LeastDescriptors = 100;

    /// <summary>What an <see cref="OutOfMemoryException"/> means: the runtime also throws it where the kernel gives no further thread.</summary>
    public const string NoMemory = "no memory, or no further thread, was to be had; raise the limit of processes (ulimit -u, pids.max) or of memory";

    /// <summary>Whether the runtime of a process can be debugged and traced: 0 or 1.</summary>
    public const string EnableDiagnostics = "DOTNET_EnableDiagnostics";

    /// <summary>Of /proc/PID/stat, counted from the state, which follows the name.</summary>
    private const int StartTimeField = 19;

    private const int Output = 1;
    private const int Errors = 2;

    /// <summary>Whether there is a standard error to write to.</summary>
    public static bool HasErrors => StandardStreams.IsInherited(Errors);

    /// <exception cref="UsageException">Something is lacking.</exception>
    public static void Require()
    {
        if (!StandardStreams.IsInherited(Output))
        {
            throw UsageException.OfHost("standard output is closed; give it a file, or /dev/null");
        }

        if (FileLimit.Current().Hard is < LeastDescriptors and var limit)
        {
            throw UsageException.OfHost($"this process may open {limit} files, and needs {LeastDescriptors} to begin with; raise the limit (ulimit -n 1024)");
        }
    }

    /// <summary>
    /// Takes away what the runtime has put into the temporary folder for debuggers and tracers. It does so itself at its end, which a program that is killed
    /// does not have. With DOTNET_EnableDiagnostics=1 it stays; with 0, as children are started, there is none.
    /// </summary>
    public static void RemoveDiagnostics()
    {
        if (Environment.GetEnvironmentVariable(EnableDiagnostics) is "0" or "1")
        {
            return;
        }

        try
        {
            // The name in parentheses may hold spaces and parentheses of its own.
            string stat = File.ReadAllText("/proc/self/stat");
            string start = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[StartTimeField];
            foreach (string name in (string[])["dotnet-diagnostic-{0}-socket", "clr-debug-pipe-{0}-in", "clr-debug-pipe-{0}-out"])
            {
                File.Delete(Path.Combine(Path.GetTempPath(), name.Replace("{0}", $"{Environment.ProcessId}-{start}", StringComparison.Ordinal)));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are small, and nobody waits for them.
        }
    }

    /// <summary>In words for a reader: the runtime does not say which file it cannot find where it is the current folder.</summary>
    /// <param name="e">Of reading or writing.</param>
    public static string Describe(Exception e)
    {
        try
        {
            _ = Directory.GetCurrentDirectory();
            return e.Message;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "the current folder is gone, or may not be read; change to one that is there (cd), and start again";
        }
    }
}
