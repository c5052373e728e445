using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ReuseBench.Bench.CommandLine;

/// <summary>The library's help, followed by the command's examples.</summary>
internal sealed class HelpWithExamples(HelpAction help, IReadOnlyDictionary<Command, ICommandModule> modules) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (modules.TryGetValue(parseResult.CommandResult.Command, out ICommandModule? module))
        {
            output.WriteLine("Examples:");
            foreach ((string line, string does) in module.Examples)
            {
                output.WriteLine($"  reusebench {line}");
                output.WriteLine($"      {does}");
            }

            output.WriteLine();
        }

        return ExitCodes.Success;
    }
}
