// Package provider is a Terraform provider whose resources misbehave on purpose, one way each.
package provider

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Serve answers terraform, or whoever speaks its protocol, until it is told to stop.
func Serve(protocol int) {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return &judge{} }, providerserver.ServeOpts{
		Address:         "registry.terraform.io/dovetail/judge",
		ProtocolVersion: protocol,
	})
	if err != nil {
		log.Fatal(err)
	}
}

type judge struct{}

type settings struct {
	Token types.String `tfsdk:"token"`
}

func (*judge) Metadata(_ context.Context, _ provider.MetadataRequest, out *provider.MetadataResponse) {
	out.TypeName = "judge"
}

func (*judge) Schema(_ context.Context, _ provider.SchemaRequest, out *provider.SchemaResponse) {
	out.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"token": schema.StringAttribute{Optional: true, Sensitive: true},
	}}
}

func (*judge) Configure(ctx context.Context, in provider.ConfigureRequest, out *provider.ConfigureResponse) {
	var read settings
	out.Diagnostics.Append(in.Config.Get(ctx, &read)...)
	if read.Token.ValueString() == "bad" {
		out.Diagnostics.AddError("Bad token", "The token was refused.")
	}
	if read.Token.IsUnknown() {
		out.Diagnostics.AddWarning("Token not known yet", "Nothing can be asked before it is.")
	}
	out.ResourceData = read.Token.ValueString()
}

func (*judge) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newBox, newOnce, newUpgraded, newDestroyPlanner}
}

func (*judge) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newEcho}
}

func (*judge) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newToken}
}

func (*judge) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newReverse}
}
