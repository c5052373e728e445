using System.CommandLine;

namespace ReuseBench.Bench.CommandLine;

internal sealed class LoadCommand : ICommandModule
{
    public static SettingOptions<Core.Cells.LoadSettings> Settings { get; } = new(Core.Cells.LoadSettingsTable.All, new());

    public IReadOnlyList<(string Line, string Does)> Examples { get; } = [];

    public Command Build() => new("load", "");
}
