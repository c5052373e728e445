using System.Text;

namespace ReuseBench.Reports.Charts;

/// <summary>Titles of panels that stand side by side: long labels are broken where a setting ends.</summary>
internal static class PanelTitle
{
    /// <summary>As many characters as half a sheet holds.</summary>
    private const int MostCharacters = 70;

    public static string Broken(string label)
    {
        StringBuilder text = new();
        int inLine = 0;
        foreach (string part in label.Split(", "))
        {
            if (inLine > 0)
            {
                bool fits = inLine + part.Length + 2 <= MostCharacters;
                text.Append(fits ? ", " : ",\n");
                inLine = fits ? inLine + 2 : 0;
            }

            text.Append(part);
            inLine += part.Length;
        }

        return text.ToString();
    }
}
