using System.Reflection;
using ReuseBench.Bench.Cli;

namespace ReuseBench.SystemTests;

/// <summary>
/// The program's own entry point with these arguments, called in this process. A start of .NET costs a third of a second of a CPU, and a refusal a
/// hundredth: for arguments of which nothing is measured, and whose end is a matter of the command line alone. That a process of its own ends alike is
/// shown on some of them.
/// </summary>
internal static class ProgramInProcess
{
    private static readonly MethodInfo Entry = typeof(CommandTree).Assembly.EntryPoint!;

    /// <summary>Standard streams are of the whole process.</summary>
    private static readonly Lock Streams = new();

    /// <summary>Likewise from a folder, and with a variable of the environment: for the time of the call the whole process is there, and has it.</summary>
    public static Outcome RunIn(string folder, string variable, string value, params string[] arguments)
    {
        lock (Streams)
        {
            string before = Environment.CurrentDirectory;
            string? valueBefore = Environment.GetEnvironmentVariable(variable);
            try
            {
                Environment.CurrentDirectory = folder;
                Environment.SetEnvironmentVariable(variable, value);
                return Run(arguments);
            }
            finally
            {
                Environment.SetEnvironmentVariable(variable, valueBefore);
                Environment.CurrentDirectory = before;
            }
        }
    }

    /// <summary>With nothing on standard input.</summary>
    public static Outcome Run(params string[] arguments)
    {
        lock (Streams)
        {
            (TextReader input, TextWriter output, TextWriter errors) = (Console.In, Console.Out, Console.Error);
            using StringWriter seenOutput = new();
            using StringWriter seenErrors = new();
            try
            {
                Console.SetIn(TextReader.Null);
                Console.SetOut(seenOutput);
                Console.SetError(seenErrors);
                int exitCode = (int)Entry.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null)!;
                return new Outcome(exitCode, seenOutput.ToString(), seenErrors.ToString());
            }
            finally
            {
                Console.SetIn(input);
                Console.SetOut(output);
                Console.SetError(errors);
            }
        }
    }
}
